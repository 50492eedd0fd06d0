# The image cache's stress: a driver and the program that it makes many of, for
# Plan 9, by test/prog's rules; test/cachestress.sh runs them.
#
#	make cacheprogs

STRESSDIR = test/cache
STRESSOUT = $(OUT)/cache
STRESSPROGS = $(STRESSOUT)/cachestress $(STRESSOUT)/tagged
STRESSDRIVER = $(patsubst $(STRESSDIR)/%.c,$(STRESSOUT)/obj/%.c.o,\
	$(filter-out %/tagged.c,$(wildcard $(STRESSDIR)/*.c)))
STRESSTAGGED = $(STRESSOUT)/obj/tagged.c.o $(STRESSOUT)/obj/sys.S.o

cacheprogs: $(STRESSPROGS)

$(STRESSOUT)/obj/%.o: $(STRESSDIR)/% $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(PROGCFLAGS) $(STRESSFLAGS_$(*F)) -MMD -MP -c -o $@ $<

# One page holds its code, and it has no data: files.c makes sure.
STRESSFLAGS_tagged.c = -Os

$(STRESSOUT)/obj/cachestress.elf: $(STRESSDRIVER) $(PROGLIBOBJ) $(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $(STRESSDRIVER) $(PROGLIBOBJ)

$(STRESSOUT)/obj/tagged.elf: $(STRESSTAGGED) $(P9LD)
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $(STRESSTAGGED)

$(STRESSPROGS): $(STRESSOUT)/%: $(STRESSOUT)/obj/%.elf $(PROGELF2AOUT)
	$(Q)$(PROGELF2AOUT) $< $@

-include $(wildcard $(STRESSOUT)/obj/*.d)

.PHONY: cacheprogs
