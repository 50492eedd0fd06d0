# Fuzzing with libFuzzer, which comes with clang, under ASan and UBSan.
#
# Each test/fuzz/X_fuzz.c is a target: it defines LLVMFuzzerTestOneInput. What
# it is linked with is said in another .mk file of this folder, as in
# test/unit/unit.mk:
#
#	fuzz_X_SRC   sources, kernel/... or test/...
#	fuzz_X_DEFS  flags for all of them
#	fuzz_X_LIBS  libraries
#	fuzz_X_ARGS  libFuzzer options: -max_len=4096
#
# Files in test/fuzz/X.seed/, where there is such a folder, are where it starts.
# fuzz-run (make fuzz) runs each, and the programs of plan9.mk, for FUZZTIME
# seconds; what breaks one is kept in $(OUT)/fuzz. fuzz-X runs one. FUZZRUN9=file is a run9 that is
# there already.

FUZZTIME ?= 60
FUZZRUN9 ?= $(RUN9)
FUZZCC ?= clang
FUZZTARGETS = $(patsubst test/fuzz/%_fuzz.c,%,$(wildcard test/fuzz/*_fuzz.c))
FUZZOUT = $(OUT)/fuzz

include $(filter-out test/fuzz/fuzz.mk,$(wildcard test/fuzz/*.mk))

FUZZWARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
FUZZCFLAGS = -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-strict-aliasing \
	-fno-common -pthread $(FUZZWARN) -Iinclude -Ikernel -Itest/unit \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

$(OUT)/fuzzflags: FORCE
	$(Q)$(call stamp,$(shell $(FUZZCC) -dumpversion) $(FUZZCC) $(FUZZCFLAGS))

# Targets with the same flags share their objects.
fuzzdir = $(FUZZOUT)/$(call flagsname,$(fuzz_$(1)_DEFS)).o
fuzzsrc = test/fuzz/$(1)_fuzz.c $(fuzz_$(1)_SRC)

# Compile with flags $1 into $2.
define fuzzcompile
$(2)/%.o: %.c $(OUT)/fuzzflags
	@mkdir -p $$(@D)
	$(Q)$(FUZZCC) $(FUZZCFLAGS) $$(if $$(filter kernel/%,$$<),-ffreestanding) \
		$(1) -MMD -MP -c -o $$@ $$<
endef

# Target $1, from objects in $2.
define fuzzrules
ifndef fuzzmade_$(2)
fuzzmade_$(2) = 1
$(call fuzzcompile,$(fuzz_$(1)_DEFS),$(2))
endif

$(FUZZOUT)/$(1)_fuzz: $(patsubst %.c,$(2)/%.o,$(fuzzsrc))
	@echo '	LD $$@'
	$(Q)$(FUZZCC) $(FUZZCFLAGS) -o $$@ $$^ $(fuzz_$(1)_LIBS)

fuzz-$(1): $(FUZZOUT)/$(1)_fuzz
	$(Q)FUZZTIME=$(FUZZTIME) ARGS_$(1)='$(fuzz_$(1)_ARGS)' test/fuzz/run.sh $$<

FUZZDEPS += $(patsubst %.c,$(2)/%.d,$(fuzzsrc))
endef

$(foreach t,$(FUZZTARGETS),$(eval $(call fuzzrules,$(t),$(call fuzzdir,$(t)))))

# each once: many targets have the same
-include $(sort $(FUZZDEPS))

FUZZPROGS = $(FUZZTARGETS:%=$(FUZZOUT)/%_fuzz)

fuzz-build: $(FUZZPROGS)

fuzz-run: $(FUZZPROGS) $(FUZZP9) $(OUT)/prog/true $(FUZZRUN9)
	$(Q)FUZZTIME=$(FUZZTIME) \
		$(foreach t,$(FUZZTARGETS),ARGS_$(t)='$(fuzz_$(t)_ARGS)') \
		test/fuzz/run.sh $(FUZZPROGS); bad=$$?; \
		$(RUNFUZZP9) && [ $$bad = 0 ]

.PHONY: fuzz-build fuzz-run $(FUZZTARGETS:%=fuzz-%)
