# The image cache's stress: a driver and the program that it makes many of, for
# Plan 9, by test/prog's rules; test/cachestress.sh runs them.
#
#	make cacheprogs

CACHEDIR = test/cache
CACHEOUT = $(OUT)/cache
CACHEPROGS = $(CACHEOUT)/cachestress $(CACHEOUT)/tagged
CACHEDRIVER = $(patsubst $(CACHEDIR)/%.c,$(CACHEOUT)/obj/%.c.o,\
	$(filter-out %/tagged.c,$(wildcard $(CACHEDIR)/*.c)))
CACHETAGGED = $(CACHEOUT)/obj/tagged.c.o $(CACHEOUT)/obj/sys.S.o

cacheprogs: $(CACHEPROGS)

$(CACHEOUT)/obj/%.o: $(CACHEDIR)/% $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(PROGCFLAGS) $(CACHEFLAGS_$(*F)) -MMD -MP -c -o $@ $<

# One page holds its code, and it has no data: files.c makes sure.
CACHEFLAGS_tagged.c = -Os -fno-tree-loop-distribute-patterns

$(CACHEOUT)/obj/cachestress.elf: $(CACHEDRIVER) $(PROGLIBOBJ) $(PROGDIR)/aout.ld
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $(CACHEDRIVER) $(PROGLIBOBJ)

$(CACHEOUT)/obj/tagged.elf: $(CACHETAGGED) $(PROGDIR)/aout.ld
	$(Q)$(CC) $(PROGLDFLAGS) -o $@ $(CACHETAGGED)

$(CACHEPROGS): $(CACHEOUT)/%: $(CACHEOUT)/obj/%.elf $(PROGELF2AOUT)
	$(Q)$(PROGELF2AOUT) $< $@

-include $(wildcard $(CACHEOUT)/obj/*.d)

.PHONY: cacheprogs
