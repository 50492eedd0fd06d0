# Unit tests: the portable rooms on the test machine, under sanitizers.
#
# Each test/unit/ROOM/X_test.c is a program. What it is made of besides itself is
# said in a .mk file of its room, or of the helper program that it tests:
#
#	unit_X_SRC   sources it is linked with, kernel/..., helper/... or test/...: on the test
#	             machine $(unitmach), test/mach/mach.mk
#	unit_X_DEFS  flags for all of them: there $(unitmachdefs); elsewhere
#	             -Dmalloc=kmalloc, where a kernel name is libc's too
#	unit_X_SAN   variants to build and run, of: address thread (default
#	             address, which is UBSan too, and checks the order of locks)
#	unit_X_LIBS  libraries besides cmocka
#	unit_X_ARGS  arguments to run it with
#
# Objects are shared by the tests whose DEFS are the same. The targets: unit
# (also check-unit) builds and runs them all, unit-X one.

UNITFILES = $(wildcard test/unit/*/*_test.c)
UNITTESTS = $(patsubst %_test.c,%,$(notdir $(UNITFILES)))
UNITOUT = $(OUT)/unit

include test/mach/mach.mk $(wildcard test/unit/*/*.mk)

unitsan_address = -fsanitize=address,undefined -fno-sanitize-recover=all -DLOCKORDER
unitsan_thread = -fsanitize=thread

UNITWARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
UNITCFLAGS = -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-strict-aliasing \
	-fno-common -pthread $(UNITWARN) -Iinclude -Ikernel -Itest/unit

# A folder's name for objects with the flags $1. := and a blank: make has no other way to say one.
unitempty :=
unitspace := $(unitempty) $(unitempty)
flagsname = $(or $(subst $(unitspace),.,$(strip \
	$(subst =,_,$(subst /,-,$(subst -D,,$(subst -include,,$(1))))))),plain)

# Where objects with sanitizer $1 and flags $2 go.
unitdir = $(UNITOUT)/$(1)/$(call flagsname,$(2))

unitsans = $(or $(unit_$(1)_SAN),address)
unitprog = $(UNITOUT)/$(2)/$(1)_test
unitfile = $(filter %/$(1)_test.c,$(UNITFILES))
unitprogs = $(foreach s,$(call unitsans,$(1)),$(call unitprog,$(1),$(s)))

$(OUT)/unitflags: FORCE
	$(Q)$(call stamp,$(shell $(CC) -dumpfullversion -dumpversion) $(CC) $(UNITCFLAGS))

# Compile for sanitizer $1 with flags $2 into $3. The kernel's sources may not
# be taken for libc's.
define unitcompile
$(3)/kernel/%.o: kernel/%.c $(OUT)/unitflags
	@mkdir -p $$(@D)
	$(Q)$(CC) $(UNITCFLAGS) -ffreestanding $(unitsan_$(1)) $(2) -MMD -MP -c -o $$@ $$<

$(3)/helper/%.o: helper/%.c $(OUT)/unitflags
	@mkdir -p $$(@D)
	$(Q)$(CC) $(UNITCFLAGS) $(unitsan_$(1)) $(2) -MMD -MP -c -o $$@ $$<

$(3)/test/%.o: test/%.c $(OUT)/unitflags
	@mkdir -p $$(@D)
	$(Q)$(CC) $(UNITCFLAGS) $(unitsan_$(1)) $(2) -MMD -MP -c -o $$@ $$<
endef

# Link test $1 for sanitizer $2 from objects in $3.
define unitlink
$(call unitprog,$(1),$(2)): $(patsubst %.c,$(3)/%.o,$(call unitfile,$(1)) $(unit_$(1)_SRC))
	@mkdir -p $$(@D)
	@echo '	LD $$@'
	$(Q)$(CC) -pthread $(unitsan_$(2)) -o $$@ $$^ -lcmocka $(unit_$(1)_LIBS)

UNITDEPS += $(patsubst %.c,$(3)/%.d,$(call unitfile,$(1)) $(filter %.c,$(unit_$(1)_SRC)))
endef

define unitrules
$(foreach s,$(call unitsans,$(1)),
ifndef unitmade_$(call unitdir,$(s),$(unit_$(1)_DEFS))
unitmade_$(call unitdir,$(s),$(unit_$(1)_DEFS)) = 1
$(call unitcompile,$(s),$(unit_$(1)_DEFS),$(call unitdir,$(s),$(unit_$(1)_DEFS)))
endif
$(call unitlink,$(1),$(s),$(call unitdir,$(s),$(unit_$(1)_DEFS)))
)

unit-$(1): $(call unitprogs,$(1))
	$(Q)ARGS='$(unit_$(1)_ARGS)' test/unit/run.sh $(call unitprogs,$(1))
endef

$(foreach t,$(UNITTESTS),$(eval $(call unitrules,$(t))))

# each once: many tests have the same
-include $(sort $(UNITDEPS))

UNITPROGS = $(foreach t,$(UNITTESTS),$(call unitprogs,$(t)))

unit-build: $(UNITPROGS)

unit check-unit: $(UNITPROGS)
	$(Q)test/unit/run.sh $(UNITPROGS)

# Each race's fix taken out in turn: its test must fail.
unit-unfix:
	$(Q)CC='$(CC)' test/unit/unfix.sh

.PHONY: unit-unfix unit check-unit unit-build $(UNITTESTS:%=unit-%)
.SECONDARY:
