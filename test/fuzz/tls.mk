# The record layer on the test machine. Its helper, run9-crypt, lies beside the target.
fuzz_tls_SRC = $(unitmach) test/fuzz/kerncall.c test/unit/dev/devcall.c test/unit/tls/tlscall.c
fuzz_tls_DEFS = $(unitmachdefs)
fuzz_tls_LIBS = -lcmocka
fuzz_tls_ARGS = -max_len=400 -use_value_profile=1

$(FUZZOUT)/run9-crypt: $(OUT)/helper/run9-crypt
	@mkdir -p $(@D)
	@cp $< $@
$(FUZZOUT)/tls_fuzz: | $(FUZZOUT)/run9-crypt
