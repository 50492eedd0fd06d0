# Plan 9 programs: how they are built, their C library (plan9/lib), and those of run9's own
# /bin (plan9/bin): plan9/bin/NAME.c becomes $(OUT)/plan9/bin/NAME. Included by the top
# Makefile and by test/prog/prog.mk.

P9OUT = $(OUT)/plan9
P9LIBOBJ = $(patsubst %,$(P9OUT)/%.o,$(sort $(wildcard plan9/lib/*.c plan9/lib/*.S)))
P9LD = plan9/aout.ld
ELF2AOUT = $(P9OUT)/elf2aout
P9BINNAMES = $(sort $(patsubst plan9/bin/%.c,%,$(wildcard plan9/bin/*.c)))
P9BINS = $(P9BINNAMES:%=$(P9OUT)/bin/%)

# No red zone and no floating point: a note may come at any instruction, and
# the tests of floating-point state want it for themselves.
P9WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
P9CFLAGS = -std=gnu11 -O2 -g -ffreestanding -fno-builtin -fno-pic -fno-pie \
	-fno-stack-protector -fno-common -fno-strict-aliasing -mno-red-zone \
	-mgeneral-regs-only -fcf-protection=none \
	-fno-asynchronous-unwind-tables -Iinclude -Iplan9/lib $(P9WARN)
P9LDFLAGS = -nostdlib -static -Wl,-T,$(P9LD) \
	-Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,norelro \
	-Wl,-z,max-page-size=4096

$(ELF2AOUT): plan9/elf2aout.c include/aout.h include/u.h
	@mkdir -p $(@D)
	@echo '	CC $@'
	@$(CC) -std=gnu11 -O2 -g $(P9WARN) -Iinclude -o $@ $<

# Objects are rebuilt when the compiler or its flags change.
$(P9OUT)/flags: P9FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(P9CFLAGS) $(P9LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(P9CFLAGS) $(P9LDFLAGS)' >$@

# Programs of /bin are in the memory of every run9: what they do not use is left out.
$(P9OUT)/plan9/%.c.o: plan9/%.c $(P9OUT)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	@$(CC) $(P9CFLAGS) -ffunction-sections -fdata-sections -MMD -MP -c -o $@ $<

$(P9OUT)/plan9/%.S.o: plan9/%.S $(P9OUT)/flags
	@mkdir -p $(@D)
	@$(CC) $(P9CFLAGS) -MMD -MP -c -o $@ $<

$(P9OUT)/bin/%.elf: $(P9OUT)/plan9/bin/%.c.o $(P9LIBOBJ) $(P9LD)
	@mkdir -p $(@D)
	@$(CC) $(P9LDFLAGS) -Wl,--gc-sections -o $@ $< $(P9LIBOBJ)

$(P9BINS): $(P9OUT)/bin/%: $(P9OUT)/bin/%.elf $(ELF2AOUT)
	@$(ELF2AOUT) $< $@

# The programs as constants of the kernel: kernel/dev/rootfile.h.
P9ROOT = $(P9OUT)/rootprogs

$(P9ROOT).S: $(P9BINS) plan9/plan9.mk
	@{ echo '.section .rodata'; \
	for p in $(P9BINNAMES); do \
		echo ".Lname_$$p: .asciz \"$$p\""; \
		echo ".balign 16"; \
		echo ".Lbegin_$$p: .incbin \"$(P9OUT)/bin/$$p\""; \
		echo ".Lend_$$p:"; \
	done; \
	echo '.balign 8'; echo '.globl rootprogs'; echo 'rootprogs:'; \
	for p in $(P9BINNAMES); do \
		echo ".quad .Lname_$$p, .Lbegin_$$p, .Lend_$$p"; \
	done; \
	echo '.quad 0, 0, 0'; \
	echo '.section .note.GNU-stack, "", @progbits'; } >$@

$(P9ROOT).o: $(P9ROOT).S
	@$(CC) -c -o $@ $<

-include $(wildcard $(P9OUT)/plan9/*/*.d)

P9FORCE:

.PHONY: P9FORCE
.SECONDARY: $(P9BINS:%=%.elf) $(P9BINNAMES:%=$(P9OUT)/plan9/bin/%.c.o)
