# Helper programs, which use libraries of the host: make helpers. They lie beside run9, which starts
# them when it needs them and does without those that are missing.
#
# Each folder helper/NAME is the program run9-NAME:
#
#	helper_NAME_SRC     sources besides those of the folder
#	helper_NAME_DEFS    flags
#	helper_NAME_LIBS    libraries
#	helper_NAME_HEADER  a header of the library, and helper_NAME_PACKAGE the Debian package that has it
#
# HELPSAN=address,undefined builds them with sanitizers; their objects are then others.

HELPERS = $(patsubst helper/%/,%,$(sort $(wildcard helper/*/)))
HELPERDIR = $(patsubst ./%,%,$(dir $(RUN9)))
HELPERPROGS = $(HELPERS:%=$(HELPERDIR)run9-%)
HELPEROUT = $(OUT)/helper$(if $(HELPSAN),-san)
HELPERCFLAGS = -std=gnu11 -O2 -g -fno-omit-frame-pointer -fstack-protector-strong -pthread \
	$(WARN) -D_GNU_SOURCE -Iinclude -Ikernel $(if $(HELPSAN),-fsanitize=$(HELPSAN) -fno-sanitize-recover=all)

helper_resolve_SRC = kernel/lib/conv.c
helper_resolve_LIBS = -lcares
helper_resolve_HEADER = ares.h
helper_resolve_PACKAGE = libc-ares-dev

# RC4 is in a provider that few hosts load, and in the library's older interface.
helper_crypt_DEFS = -DOPENSSL_SUPPRESS_DEPRECATED
helper_crypt_LIBS = -lcrypto
helper_crypt_HEADER = openssl/evp.h
helper_crypt_PACKAGE = libssl-dev

$(HELPEROUT)/flags: FORCE
	$(Q)$(call stamp,$(shell $(CC) -dumpfullversion -dumpversion) $(CC) $(HELPERCFLAGS))

# The program of helper/$1: its objects are its own. A sentence says what library is missing.
define helperrules
$(HELPEROUT)/$(1).ok: $(HELPEROUT)/flags
	@mkdir -p $$(@D)
	$(Q)echo '#include <$(helper_$(1)_HEADER)>' | $(CC) -E - >/dev/null 2>&1 || \
		{ echo "run9-$(1) needs a library: on Debian, apt-get install $(helper_$(1)_PACKAGE)" >&2; exit 1; }
	$(Q)touch $$@

$(HELPEROUT)/$(1)/%.o: %.c $(HELPEROUT)/$(1).ok
	@mkdir -p $$(@D)
	@echo '	CC $$<'
	$(Q)$(CC) $(HELPERCFLAGS) $(helper_$(1)_DEFS) -MMD -MP -c -o $$@ $$<

$(HELPEROUT)/run9-$(1): $(patsubst %.c,$(HELPEROUT)/$(1)/%.o,$(sort $(wildcard helper/$(1)/*.c)) $(helper_$(1)_SRC))
	@echo '	LD $$@'
	$(Q)$(CC) $(HELPERCFLAGS) -o $$@ $$^ $(helper_$(1)_LIBS)

$(HELPERDIR)run9-$(1): $(HELPEROUT)/run9-$(1)
	@mkdir -p $$(@D)
	$(Q)cp $$< $$@

-include $(patsubst %.c,$(HELPEROUT)/$(1)/%.d,$(wildcard helper/$(1)/*.c) $(helper_$(1)_SRC))
endef

$(foreach h,$(HELPERS),$(eval $(call helperrules,$(h))))

helpers: $(HELPERPROGS)

.PHONY: helpers
