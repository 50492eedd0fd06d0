# Helper programs, which use libraries of the host: make helpers. They lie beside run9, which starts
# them when it needs them and does without those that are missing.
#
# Each folder helper/NAME is the program run9-NAME; helper_NAME_DEFS are flags, helper_NAME_LIBS its libraries.

HELPERS = $(patsubst helper/%/,%,$(sort $(wildcard helper/*/)))
HELPERDIR = $(dir $(RUN9))
HELPERCFLAGS = -std=gnu11 -O2 -g -pthread $(WARN) -Iinclude -Ikernel

# RC4 is in a provider that few hosts load, and in the library's older interface.
helper_crypt_DEFS = -DOPENSSL_SUPPRESS_DEPRECATED
helper_crypt_LIBS = -lcrypto

define helperrules
$(OUT)/helper/$(1)/%.o: helper/$(1)/%.c
	@mkdir -p $$(@D)
	@echo '	CC $$<'
	$(Q)$(CC) $(HELPERCFLAGS) $(helper_$(1)_DEFS) -MMD -MP -c -o $$@ $$<

$(OUT)/helper/run9-$(1): $(patsubst %.c,$(OUT)/%.o,$(wildcard helper/$(1)/*.c))
	@echo '	LD $$@'
	$(Q)$(CC) -pthread -o $$@ $$^ $(helper_$(1)_LIBS)

$(HELPERDIR)run9-$(1): $(OUT)/helper/run9-$(1)
	@mkdir -p $$(@D)
	$(Q)cp $$< $$@

-include $(patsubst %.c,$(OUT)/%.d,$(wildcard helper/$(1)/*.c))
endef

$(foreach h,$(HELPERS),$(eval $(call helperrules,$(h))))

helpers: $(HELPERS:%=$(HELPERDIR)run9-%)

# The tests' programs find them by the PATH.
progs: $(HELPERS:%=$(OUT)/helper/run9-%)

.PHONY: helpers
