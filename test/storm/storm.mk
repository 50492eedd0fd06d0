# The storms, Plan 9 programs by test/prog's rules: test/storms.sh runs them.
#
#	make stormprogs
#	make storms             all of them, STORMTIME seconds (600) for each run, and
#	                        test/unit's storm over 9P connections
#	STORMS='mem debug'      those only

STORMDIR = test/storm
STORMOUT = $(OUT)/storm
STORMTIME ?= 600
STORMNAMES = storms $(patsubst $(STORMDIR)/%.c,%,$(wildcard $(STORMDIR)/*storm.c))
STORMPROGS = $(STORMNAMES:%=$(STORMOUT)/%)
STORMLIB = $(STORMOUT)/obj/lib.c.o

stormprogs: $(STORMPROGS)

storms: stormprogs $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" test/storms.sh $(STORMTIME) $(STORMS)
	$(Q)$(if $(STORMS),,STORMTIME=$(STORMTIME) $(MAKE) --no-print-directory unit-mntstorm)

$(STORMOUT)/obj/%.o: $(STORMDIR)/% $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(PROGCFLAGS) -MMD -MP -c -o $@ $<

$(STORMOUT)/obj/storms.elf: $(STORMOUT)/obj/storms.c.o $(PROGLIBOBJ) $(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $< $(PROGLIBOBJ)

$(STORMOUT)/obj/notestorm.elf: $(STORMOUT)/obj/saved.S.o
$(STORMOUT)/obj/%storm.elf: $(STORMOUT)/obj/%storm.c.o $(STORMLIB) $(PROGLIBOBJ) \
		$(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $(filter %.o,$^)

$(STORMPROGS): $(STORMOUT)/%: $(STORMOUT)/obj/%.elf $(PROGELF2AOUT)
	$(Q)$(PROGELF2AOUT) $< $@

-include $(wildcard $(STORMOUT)/obj/*.d)

.PHONY: stormprogs storms
.SECONDARY: $(STORMNAMES:%=$(STORMOUT)/obj/%.elf) $(STORMNAMES:%=$(STORMOUT)/obj/%.c.o)
