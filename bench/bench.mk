# The programs of the benchmarks: bench/prog/NAME.c for Plan 9, by test/prog's
# rules, to $(OUT)/bench/NAME; bench/native/NAME.c, the same work for Linux, to
# $(OUT)/bench/native/NAME; the Go ones for both.
#
#	make benchprogs

BENCHPROGS = $(patsubst bench/prog/%.c,%,$(wildcard bench/prog/*.c))
BENCHPEERS = $(patsubst bench/native/%.c,%,$(wildcard bench/native/*.c))
BENCHOUT = $(OUT)/bench

benchprogs: $(BENCHPROGS:%=$(BENCHOUT)/%) $(BENCHPEERS:%=$(BENCHOUT)/native/%) \
	$(PROGOUT)/true $(PROGOUT)/hello $(PROGOUT)/sh

$(BENCHOUT)/obj/%.o: bench/prog/%.c $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(PROGCFLAGS) -MMD -MP -c -o $@ $<

$(BENCHOUT)/obj/%.elf: $(BENCHOUT)/obj/%.o $(PROGLIBOBJ) $(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $< $(PROGLIBOBJ)

$(BENCHPROGS:%=$(BENCHOUT)/%): $(BENCHOUT)/%: $(BENCHOUT)/obj/%.elf $(PROGELF2AOUT)
	$(Q)$(PROGELF2AOUT) $< $@

# Static, as run9 is: no loader in what is compared.
$(BENCHOUT)/native/%: bench/native/%.c bench/native/bench.h
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) -std=gnu11 -O2 -g $(WARN) $(or $(BENCHLINK_$(*F)),-static) \
		$(BENCHFLAGS_$(*F)) -o $@ $< $(BENCHLIBS_$(*F))

BENCHFLAGS_nop = -nostdlib
BENCHFLAGS_ninep = -Iinclude
BENCHFLAGS_nineserv = -Iinclude
# libcrypto loads parts of itself
BENCHLINK_tlspipe = -rdynamic
BENCHLIBS_tlspipe = -lssl -lcrypto

$(BENCHOUT)/native/ninep $(BENCHOUT)/native/nineserv: bench/native/ninemsg.h include/p9types.h

-include $(wildcard $(BENCHOUT)/obj/*.d)

.PHONY: benchprogs
.SECONDARY: $(BENCHPROGS:%=$(BENCHOUT)/obj/%.elf) $(BENCHPROGS:%=$(BENCHOUT)/obj/%.o) \
	$(PROGLIBOBJ)
