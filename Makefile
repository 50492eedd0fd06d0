# run9: Plan 9 amd64 programs on Linux. GNU make; nothing else is needed but
# gcc or clang.
#
#	make            the program, ./run9
#	make helpers    run9-resolve and run9-crypt, which use libraries of the host
#	make check      every test; test/check.sh says which parts there are
#	make go-test    the programs of Go's test directory, for plan9/amd64
#	make go-suite   Go's whole standard library and those, with a table and a page; GO=, SHARD=i/n
#	make go-tools   Plan 9's own go command builds, tests and vets a module inside run9
#	make go-9p      a go build with GOROOT served by 9P, beside one of host files
#	make go-load    a Go server and client of HTTP under load, beside Linux's; LOADTIME=seconds
#	make v9fs       Linux's v9fs, in a virtual machine, mounts what run9 exports
#	make demo       gofmt for Plan 9 over Go's whole source tree
#	make bench      measurements, each against the same work done by Linux
#	make storms     ten minutes each of processes that do all at once: doc/testing.md
#	make bench-switches  what each switch of run9 is worth
#	make install    the program, its manual page and what go, bash and systemd want; PREFIX, DESTDIR
#	make uninstall  removes that
#
#	CC=clang        the other compiler
#	OUT=dir         objects go there (default out; each CC rebuilds it)
#	RUN9=file       the program goes there (default run9)
#	STEPS=1         time the steps of rfork, exec, exits and await; out/steps/run9
#	LOCKORDER=1     check the order of locks; own objects, out/lockorder/run9
#	LOCKSTATS=1     count and time every lock; own objects, out/lockstats/run9
#	HANGLOCK=1      sysr1 hangs with a lock, for test/debug.sh; out/hanglock/run9
#
# Each room's sources are found by name; a folder of tests brings its own .mk.

ifeq ($(origin CC),default)
CC = gcc
endif

ifdef STEPS
OUT ?= out/steps
RUN9 ?= $(OUT)/run9
KDEFS += -DSTEPS
else ifdef LOCKORDER
OUT ?= out/lockorder
RUN9 ?= $(OUT)/run9
KDEFS += -DLOCKORDER
else ifdef LOCKSTATS
OUT ?= out/lockstats
RUN9 ?= $(OUT)/run9
KDEFS += -DLOCKSTATS
else ifdef HANGLOCK
OUT ?= out/hanglock
RUN9 ?= $(OUT)/run9
KDEFS += -DHANGLOCK
else
OUT ?= out
RUN9 ?= run9
endif

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin

VERSION := $(shell git describe --always --dirty 2>/dev/null || \
	cat VERSION 2>/dev/null || echo unknown)

ROOMS = lib sync mm ns proc dev net tls export init host
KDIRS = $(ROOMS:%=kernel/%) $(patsubst %/,%,$(wildcard kernel/host/*/))
KSRC = $(sort $(wildcard $(KDIRS:%=%/*.c)))
KASM = $(sort $(wildcard $(KDIRS:%=%/*.S)))
KOBJ = $(KSRC:%.c=$(OUT)/%.o) $(KASM:%.S=$(OUT)/%.o) $(OUT)/plan9/rootprogs.o
KLD = kernel/host/base/run9.ld

# The kernel keeps frame pointers for the stack trace of a panic, and uses
# general registers only: a program's FP and SSE state stays in the machine
# through a system call.
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
KINC = -Iinclude -Ikernel -Ikernel/host
KGEN = -std=gnu11 -O2 -g -ffreestanding -fno-stack-protector -fPIE \
	-mgeneral-regs-only -mno-red-zone -fno-strict-aliasing -fno-common \
	-fcf-protection=none -fno-asynchronous-unwind-tables \
	-fno-omit-frame-pointer -include kernel/hidden.h
KCFLAGS = $(KGEN) $(WARN) $(KINC) $(KDEFS)
KLDFLAGS = -nostdlib -static -Wl,-T,$(KLD) -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,--no-relax

ifneq ($(V),1)
Q = @
endif

all: $(RUN9)

include plan9/plan9.mk
include helper/helper.mk

# What a folder of tests or a room needs beyond this file. They may use OUT,
# RUN9, CC, KCFLAGS, KINC, WARN and Q.
-include $(wildcard test/prog/prog.mk test/probe/probe.mk test/unit/unit.mk \
	test/fuzz/fuzz.mk test/cache/cache.mk test/storm/storm.mk model/model.mk bench/bench.mk)

# A stamp's time changes when its text does, so that a new compiler or flag
# rebuilds the objects and a new version only what prints it.
stamp = mkdir -p $(@D) && printf '%s\n' '$(1)' | cmp -s - $@ || \
	printf '%s\n' '$(1)' >$@

$(OUT)/flags: FORCE
	$(Q)$(call stamp,$(shell $(CC) -dumpfullversion -dumpversion) $(CC) $(KCFLAGS) $(KLDFLAGS))

$(OUT)/version: FORCE
	$(Q)$(call stamp,$(VERSION))

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	$(Q)$(CC) $(KCFLAGS) -DVERSION='"$(VERSION)"' -MMD -MP -c -o $@ $<

$(OUT)/%.o: %.S $(OUT)/flags
	@mkdir -p $(@D)
	@echo '	AS $<'
	$(Q)$(CC) $(KCFLAGS) -MMD -MP -c -o $@ $<

VERSIONUSER = $(if $(KSRC),$(shell grep -lw VERSION $(KSRC)))
$(VERSIONUSER:%.c=$(OUT)/%.o): $(OUT)/version

# Linked twice: the first time to know the addresses, of which nm makes the table of
# symbols that the second link adds (kernel/host/base/sym.c).
KSYMS = $(OUT)/ksyms

$(KSYMS).elf: $(KOBJ) $(KLD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KLDFLAGS) -o $@ $(KOBJ)

$(KSYMS).S: $(KSYMS).elf
	$(Q){ echo '.section .ksyms, "a"'; nm -n $< | sed -n \
		's/^00006000\([0-9a-f]\{8\}\) [a-zA-Z] \([A-Za-z_].*\)$$/.long 0x\1; .asciz "\2"/p'; \
		echo '.section .note.GNU-stack, "", @progbits'; } >$@

$(KSYMS).o: $(KSYMS).S
	$(Q)$(CC) -c -o $@ $<

$(RUN9): $(KOBJ) $(KLD) $(KSYMS).o
	@mkdir -p $(@D)
	@echo '	LD $@'
	$(Q)$(CC) $(KLDFLAGS) -o $@ $(KOBJ) $(KSYMS).o

-include $(KOBJ:.o=.d)

# Test, measure, look

check:
	$(Q)test/check.sh

# The long form of every part, and of the foreign suites alone.
check-long:
	$(Q)test/check.sh -l

check-go:
	$(Q)test/check.sh -l go

# The programs of Go's test directory.
go-test: $(RUN9)
	$(Q)RUN9="$(abspath $(RUN9))" test/go/tests.sh

# The whole standard library and the programs of the test directory, with a table. GO=, SHORT=1,
# SHARD=i/n, NATIVE=0, FRESH=1: test/go/suite.sh.
go-suite: $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" test/go/suite.sh

go-load: $(RUN9)
	$(Q)test/setup.sh load
	$(Q)RUN9="$(abspath $(RUN9))" test/go/load.sh $(LOADTIME)

go-tools: $(RUN9)
	$(Q)RUN9="$(abspath $(RUN9))" test/go/gotools.sh

go-9p: $(RUN9)
	$(Q)RUN9="$(abspath $(RUN9))" test/go/build9p.sh

v9fs: $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" test/v9fs.sh

demo:
	$(Q)test/demo.sh

bench: $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" bench/run.sh

bench-switches: $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" FIGURES=doc/switches.txt bench/switches.sh

bench-quick: $(RUN9)
	$(Q)OUT="$(OUT)" RUN9="$(abspath $(RUN9))" bench/run.sh -q

model:
	$(Q)test/check.sh model

fuzz:
	$(Q)test/check.sh fuzz

lint:
	$(Q)test/lint.sh

format:
	$(Q)git ls-files '*.[ch]' | xargs clang-format -i

rooms:
	$(Q)test/rooms.py

setup:
	$(Q)test/setup.sh

# A path with one of these in it, or a blank, would be taken apart: by make, the shell, sed or binfmt_misc.
comma = ,
PATHBREAKERS = & $(comma) : ; ' " ` | ( ) < > * ? [ ] \ $$ \#
plainpath = $(if $(filter-out 1,$(words x$($(1))x))$(strip $(foreach c,$(PATHBREAKERS),$(findstring $(c),$($(1))))),\
	$(error $(1)="$($(1))" is not a path for make $(MAKECMDGOALS): no blank in it, nor any of $(PATHBREAKERS)))
ifneq ($(filter install uninstall,$(MAKECMDGOALS)),)
$(call plainpath,PREFIX)
$(call plainpath,DESTDIR)
endif

# make install: what goes where under DESTDIR. The go command runs Plan 9 programs by the program
# go_plan9_amd64_exec of $PATH, and gives it the program and its arguments, as run9 wants them.
# systemd-binfmt(8) reads lib/binfmt.d. Helper programs are installed if make helpers has built them.
INSTALLED = $(BINDIR)/run9 $(BINDIR)/go_plan9_amd64_exec $(PREFIX)/share/man/man1/run9.1 \
	$(PREFIX)/share/bash-completion/completions/run9 $(PREFIX)/lib/binfmt.d/run9.conf

install: $(RUN9)
	install -D -m 755 $(RUN9) $(DESTDIR)$(BINDIR)/run9
	ln -sf run9 $(DESTDIR)$(BINDIR)/go_plan9_amd64_exec
	install -D -m 644 doc/run9.1 $(DESTDIR)$(PREFIX)/share/man/man1/run9.1
	install -D -m 644 tools/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/run9
	install -d $(DESTDIR)$(PREFIX)/lib/binfmt.d
	sed 's,@BINDIR@,$(BINDIR),' tools/binfmt.conf >$(DESTDIR)$(PREFIX)/lib/binfmt.d/run9.conf
	$(if $(wildcard $(HELPERPROGS)),install -D -m 755 -t $(DESTDIR)$(PREFIX)/libexec $(wildcard $(HELPERPROGS)))

uninstall:
	rm -f $(INSTALLED:%=$(DESTDIR)%) $(HELPERS:%=$(DESTDIR)$(PREFIX)/libexec/run9-%)

clean:
	rm -rf out run9 $(HELPERPROGS)

# make print-KCFLAGS: a variable, for scripts.
print-%:
	@echo '$($*)'

FORCE:

.PHONY: all check check-long check-go go-test go-suite go-tools go-load go-9p v9fs demo bench bench-quick bench-switches model fuzz lint format rooms \
	setup install uninstall clean FORCE
.DELETE_ON_ERROR:
