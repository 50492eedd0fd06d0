# run9-resolve, with the C library and c-ares (Debian: libc-ares-dev). It goes beside $(RUN9).
#
#	make helpers        build it
#	HELPSAN=address,undefined   with sanitizers; objects of its own

RESOLVE = $(patsubst ./%,%,$(dir $(RUN9)))run9-resolve
HELPOUT = $(OUT)/helper$(if $(HELPSAN),-san)
RESOLVESRC = $(sort $(wildcard helper/resolve/*.c)) kernel/lib/conv.c
RESOLVEOBJ = $(RESOLVESRC:%.c=$(HELPOUT)/%.o)
HELPCFLAGS = -std=gnu11 -O2 -g -fno-omit-frame-pointer -fstack-protector-strong -pthread \
	$(WARN) -D_GNU_SOURCE -Iinclude -Ikernel $(if $(HELPSAN),-fsanitize=$(HELPSAN) -fno-sanitize-recover=all)

$(OUT)/helpflags: FORCE
	$(Q)$(call stamp,$(shell $(CC) -dumpfullversion -dumpversion) $(CC) $(HELPCFLAGS))

# cares.h: the library is there, or a sentence says what is missing
$(OUT)/cares.ok: $(OUT)/helpflags
	$(Q)echo '#include <ares.h>' | $(CC) -E - >/dev/null 2>&1 || \
		{ echo "run9-resolve needs c-ares: on Debian, apt-get install libc-ares-dev" >&2; exit 1; }
	$(Q)touch $@

$(HELPOUT)/%.o: %.c $(OUT)/helpflags $(OUT)/cares.ok
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(HELPCFLAGS) -MMD -MP -c -o $@ $<

$(RESOLVE): $(RESOLVEOBJ)
	@mkdir -p $(@D)
	@echo '	LD $@'
	$(Q)$(CC) $(HELPCFLAGS) -o $@ $^ -lcares

-include $(RESOLVEOBJ:.o=.d)

helpers: $(RESOLVE)

.PHONY: helpers
