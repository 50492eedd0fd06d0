# The image cache's benchmark: kernel/mm in the unit tests' harness, optimised,
# without sanitizers, one program for each protocol. What a protocol is made of:

cacheolder = bench/cache/older.c bench/cache/oldtable.c
cacheproto_old = bench/cache/old.c $(cacheolder)
cacheproto_2025 = bench/cache/june2025.c $(cacheolder)
cacheproto_run9 = bench/cache/run9.c

#	make cachebench              the programs, $(OUT)/bench/cache/PROTOCOL
#	make bench-cache             tables and plots, $(OUT)/bench/cache
#	make cachebench CACHESAN=-fsanitize=thread OUT=out/tsan
#	                             to run their storms: PROTOCOL -s -m 5000

CACHEPROTOS = old 2025 run9
CACHEOUT = $(OUT)/bench/cache

# run9's own two files are included by run9.c.
CACHESRC = $(filter-out kernel/mm/image.c kernel/mm/execseg.c,$(unitmm)) \
	$(filter-out $(sort $(foreach p,$(CACHEPROTOS),$(cacheproto_$(p)))),\
	$(wildcard bench/cache/*.c))
CACHECFLAGS = -std=gnu11 -O2 -g -fno-omit-frame-pointer -fno-strict-aliasing \
	-fno-common -pthread $(WARN) -Iinclude -Ikernel -Itest/unit -Ibench/cache \
	-DHARNESS -include bench/cache/machine.h \
	$(filter-out -include test/unit/machine.h,$(unitmmdefs)) $(CACHESAN)

cachewrap = $(1:%=-Wl,--wrap=%)
CACHELDFLAGS = -pthread $(CACHESAN) \
	$(call cachewrap,lock hostwait hostwake hostrelax)
cacheld_old = $(call cachewrap,putseg pageharvest)
cacheld_2025 = $(cacheld_old)

cacheobj = $(patsubst %.c,$(CACHEOUT)/obj/%.o,$(1))

$(OUT)/cacheflags: FORCE
	$(Q)$(call stamp,$(shell $(CC) -dumpfullversion -dumpversion) $(CC) $(CACHECFLAGS))

# The kernel's sources, and run9.c which is made of them, are no program of libc's.
$(CACHEOUT)/obj/kernel/%.o: CACHECFLAGS += -ffreestanding
$(call cacheobj,$(cacheproto_run9)): CACHECFLAGS += -ffreestanding
# machine.h comes before what a file defines.
$(CACHEOUT)/obj/bench/cache/host.o: CACHECFLAGS += -D_GNU_SOURCE

$(CACHEOUT)/obj/%.o: %.c $(OUT)/cacheflags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CACHECFLAGS) -MMD -MP -c -o $@ $<

define cachelink
$(CACHEOUT)/$(1): $(call cacheobj,$(CACHESRC) $(cacheproto_$(1)))
	@echo '	LD $$@'
	$(Q)$(CC) $(CACHELDFLAGS) $(cacheld_$(1)) -o $$@ $$^
endef
$(foreach p,$(CACHEPROTOS),$(eval $(call cachelink,$(p))))

-include $(patsubst %.o,%.d,$(call cacheobj,$(CACHESRC) \
	$(foreach p,$(CACHEPROTOS),$(cacheproto_$(p)))))

cachebench: $(CACHEPROTOS:%=$(CACHEOUT)/%)

bench-cache: cachebench
	$(Q)OUT="$(OUT)" bench/cache/run.sh

.PHONY: cachebench bench-cache
