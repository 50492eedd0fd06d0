# Probes: test/probe/NAME.c becomes $(OUT)/probe/NAME, a Plan 9 program on the
# libraries of plan9/lib, test/prog/lib and test/probe/lib. Included by the top Makefile,
# after test/prog/prog.mk.
#
#	make probes         build them
#	make check-probe    run them under $(RUN9) and compare

PROBEDIR = test/probe
PROBEOUT = $(OUT)/probe
PROBEOBJ = $(PROBEOUT)/obj
PROBENAMES = $(patsubst $(PROBEDIR)/%.c,%,$(wildcard $(PROBEDIR)/*.c))
PROBELIBOBJ = $(patsubst $(PROBEDIR)/%,$(PROBEOBJ)/%.o,\
	$(wildcard $(PROBEDIR)/lib/*.c))
PROBECFLAGS = $(filter-out -Wextra -Wshadow,$(PROGCFLAGS)) -Wno-array-bounds \
	-I$(PROBEDIR)/lib
PROBES = $(PROBENAMES:%=$(PROBEOUT)/%)

probes: $(PROBES) $(PROGOUT)/echo

check-probe: probes $(RUN9)
	@RUN9='$(abspath $(RUN9))' OUT='$(OUT)' $(PROBEDIR)/run.sh

$(PROBEOBJ)/%.c.o: $(PROBEDIR)/%.c $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	@$(CC) $(PROBECFLAGS) -MMD -MP -c -o $@ $<

$(PROBEOBJ)/%.elf: $(PROBEOBJ)/%.c.o $(PROBELIBOBJ) $(PROGLIBOBJ) \
		$(P9LD)
	@$(CC) $(PROGLDFLAGS) -o $@ $< $(PROBELIBOBJ) $(PROGLIBOBJ)

$(PROBES): $(PROBEOUT)/%: $(PROBEOBJ)/%.elf $(PROGELF2AOUT)
	@$(PROGELF2AOUT) $< $@

-include $(wildcard $(PROBEOBJ)/*.d $(PROBEOBJ)/lib/*.d)

.PHONY: probes check-probe
.SECONDARY: $(PROBENAMES:%=$(PROBEOBJ)/%.elf) $(PROBENAMES:%=$(PROBEOBJ)/%.c.o) \
	$(PROBELIBOBJ)
