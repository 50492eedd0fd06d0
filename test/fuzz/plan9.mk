# Fuzzing run9 itself, from inside: each test/fuzz/plan9/X.c but fuzz.c is a
# Plan 9 program that makes wild children for FUZZTIME seconds (plan9.sh).

FUZZP9DIR = test/fuzz/plan9
FUZZP9NAMES = exechdr syscalls wildcode
FUZZP9OUT = $(FUZZOUT)/plan9
FUZZP9 = $(FUZZP9NAMES:%=$(FUZZP9OUT)/%)
FUZZP9OBJ = $(FUZZP9OUT)/fuzz.c.o $(FUZZP9OUT)/enter.S.o

$(FUZZP9OUT)/%.o: $(FUZZP9DIR)/% $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(PROGCFLAGS) -MMD -MP -c -o $@ $<

$(FUZZP9OUT)/%.elf: $(FUZZP9OUT)/%.c.o $(FUZZP9OBJ) $(PROGLIBOBJ) $(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $< $(FUZZP9OBJ) $(PROGLIBOBJ)

$(FUZZP9): %: %.elf $(PROGELF2AOUT)
	$(Q)$(PROGELF2AOUT) $< $@

-include $(wildcard $(FUZZP9OUT)/*.d)

RUNFUZZP9 = FUZZTIME=$(FUZZTIME) RUN9='$(abspath $(FUZZRUN9))' OUT='$(OUT)' \
	test/fuzz/plan9.sh $(FUZZP9)

fuzz-plan9: $(FUZZP9) $(OUT)/prog/true $(FUZZRUN9)
	$(Q)$(RUNFUZZP9)

.PHONY: fuzz-plan9
.SECONDARY: $(FUZZP9:%=%.elf) $(FUZZP9:%=%.c.o)
