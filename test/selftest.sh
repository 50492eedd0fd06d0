#!/bin/bash
# The scripts test themselves: rooms.py finds what it must find and nothing
# else, check.sh adds up, notices crashes and what is left running.
set -u
cd "$(dirname "$0")/.." || exit 1
here=$PWD
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# expect what status command ...: the command's status is 0 or is not
expect() {
	local what=$1 want=$2 got
	shift 2
	"$@" >"$tmp/out" 2>&1
	got=$?
	if { [ "$want" = ok ] && [ $got -eq 0 ]; } ||
		{ [ "$want" = fails ] && [ $got -ne 0 ]; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "selftest: $what: wanted $want, status $got"
		sed 's/^/	/' "$tmp/out"
	fi
}

# room file line: a tree whose one file has this line
room() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/include" "$tmp/tree/kernel/"{lib,sync,mm,ns,proc,dev,init,host}
	touch "$tmp/tree/include/u.h" "$tmp/tree/kernel/host/"{host,hostfile,hostcmd,linux}.h
	touch "$tmp/tree/kernel/ns/ns.h" "$tmp/tree/kernel/mm/mm.h"
	printf '/* a file */\n#include "u.h"\n%s\n' "$2" >"$tmp/tree/$1"
}
bad() {
	room "$1" "$2"
	expect "rooms.py passed $1: $2" fails test/rooms.py "$tmp/tree"
}
good() {
	room "$1" "$2"
	expect "rooms.py refused $1: $2" ok test/rooms.py "$tmp/tree"
}
bad kernel/mm/a.c '#include <sys/mman.h>'
bad kernel/mm/a.c '# include <string.h>'
bad kernel/mm/a.c '#include <immintrin.h>'
bad kernel/lib/a.h '#include <linux/futex.h>'
bad kernel/proc/a.c '#include "host/hostfile.h"'
bad kernel/mm/a.c '#include "host/linux.h"'
bad kernel/dev/a.c '#include "host/linux.h"'
bad kernel/dev/a.c 'int f(void) { return hostcall(39); }'
bad kernel/ns/a.c '#include "nosuch.h"'
bad kernel/mm/a.c 'void f(void) { asm("pause"); }'
bad kernel/dev/a.c 'void f(void) { __asm__ volatile("pause"); }'
bad kernel/proc/a.c 'int __seg_gs *up;'
bad kernel/mm/a.c 'void f(void) { __builtin_ia32_pause(); }'
bad kernel/lib/a.c '#ifdef __linux__'
bad kernel/ns/a.c 'long f(void) { return syscall(39); }'
bad kernel/mm/a.S 'nop'
bad kernel/mm/a.c 'char *s = "/*"; void f(void) { asm("pause"); }'
bad kernel/mm/a.c '#include "ns/ns.h"'
good kernel/ns/a.c '#include "mm/mm.h"'
good kernel/mm/a.c '#include <stddef.h>'
good kernel/mm/a.c '#include "machine.h"'
good kernel/proc/a.c '#include "host/host.h"'
good kernel/dev/a.c '#include "host/hostfile.h"'
good kernel/dev/a.c '#include "host/hostcmd.h"'
good kernel/proc/a.c 'void syscall(Ureg *u);'
good kernel/proc/a.c '/* asm("pause") and <sys/mman.h> are named in a comment */'
good kernel/proc/a.c 'char *s = "asm(no), syscall(no)"; // __asm__'
good kernel/mm/a.c 'int plasma(int); int asmall;'
good kernel/host/a.c 'void f(void) { asm("pause"); }'

# floors lower-room's-code upper-room's-code: two rooms, compiled
floors() {
	room kernel/mm/a.c "$1"
	printf '%s\n' "$2" >"$tmp/tree/kernel/ns/b.c"
	mkdir -p "$tmp/tree/out/kernel/"{mm,ns}
	(cd "$tmp/tree" && for f in mm/a ns/b; do
		gcc -w -Iinclude -c -o "out/kernel/$f.o" "kernel/$f.c" || exit 1
	done)
}
floors 'extern int up; int f(void) { return up; }' 'int up;'
expect 'rooms.py passed a use of the room above' fails env OUT=out test/rooms.py "$tmp/tree"
floors 'int down;' 'extern int down; int f(void) { return down; }'
expect 'rooms.py refused a use of the room below' ok env OUT=out test/rooms.py "$tmp/tree"

# coverstree sed-script: test/prog/covers as the script leaves it
coverstree() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/kernel/dev" "$tmp/tree/test/prog"
	cp -r include "$tmp/tree"
	cp kernel/dev/{procdir,cons}.c "$tmp/tree/kernel/dev"
	cp -r test/prog/lib test/prog/share test/prog/*.c "$tmp/tree/test/prog"
	cp -r plan9 "$tmp/tree"
	sed "$1" test/prog/covers >"$tmp/tree/test/prog/covers"
}
coverstree ''
expect 'covers.sh refused what is there' ok test/covers.sh "$tmp/tree"
coverstree '/^call oseek/d'
expect 'covers.sh passed a system call without a test' fails test/covers.sh "$tmp/tree"
coverstree '/^proc ppid/d'
expect 'covers.sh passed a file without a test' fails test/covers.sh "$tmp/tree"
coverstree 's/sleeptakesatleast/sleeptakesatmost/'
expect 'covers.sh passed a case that is not there' fails test/covers.sh "$tmp/tree"
coverstree 's/^call rendezvous rendtest: .*/call rendezvous timetest: nsecadvances/'
expect 'covers.sh passed a case of something else' fails test/covers.sh "$tmp/tree"
coverstree ''
rm -r "$tmp/tree/test/prog/share"
expect 'covers.sh passed files that it cannot read' fails test/covers.sh "$tmp/tree"

# upcalls header-line: the machine calls a function up() of proc's
upcalls() {
	room kernel/host/a.c 'void up(void); void f(void) { up(); }'
	printf '%s\n' "$1" >"$tmp/tree/kernel/host/upcall.h"
	echo 'void up(void) {}' >"$tmp/tree/kernel/proc/b.c"
	mkdir -p "$tmp/tree/out/kernel/"{host,proc}
	(cd "$tmp/tree" && for f in host/a proc/b; do
		gcc -w -Iinclude -c -o "out/kernel/$f.o" "kernel/$f.c" || exit 1
	done)
}
upcalls 'void up(void);'
expect 'rooms-host.sh refused what upcall.h declares' ok env OUT=out test/rooms-host.sh "$tmp/tree"
upcalls '/* void up(void); */'
expect 'rooms-host.sh passed a call that upcall.h does not declare' fails \
	env OUT=out test/rooms-host.sh "$tmp/tree"
upcalls $'void up(void);\nvoid down(void);'
expect 'rooms-host.sh passed a declaration that nothing uses' fails \
	env OUT=out test/rooms-host.sh "$tmp/tree"

# parts lines ...: check.sh over these parts; its output in $tmp/out
cp /bin/true "$tmp/true"
parts() {
	local want=$1
	shift
	printf '%s\n' "$@" >"$tmp/parts"
	expect "check.sh over: $*" "$want" env PARTS="$tmp/parts" \
		RUN9="$tmp/true" TMPDIR="$tmp" test/check.sh
}
last() {
	if [ "$(tail -1 "$tmp/out")" = "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "selftest: wanted last line '$1', got '$(tail -1 "$tmp/out")'"
	fi
}
sum='echo 3 passed, 0 failed; echo 4 passed, 0 failed'
parts ok "a | / | sums | $sum" "b | /nowhere | is not there | false"
last '7 passed, 0 failed'
parts ok 'a | / | says nothing | true'
last '1 passed, 0 failed'
parts fails 'a | / | crashes | echo 5 passed, 0 failed; exit 3'
last '5 passed, 1 failed'
parts fails 'a | / | counts its own | echo 5 passed, 2 failed; exit 1'
last '5 passed, 2 failed'
parts fails 'a | / | has a failure and hides it | echo 5 passed, 2 failed'
last '5 passed, 2 failed'
parts ok "a& | / | beside the others | $sum" 'b | / | runs meanwhile | for i in {1..100}; do [ -s $T/../log.0 ] && exit 0; sleep 0.1; done; exit 1'
last '8 passed, 0 failed'
parts ok 'a& | / | begins | sleep 0.5; echo yes >$T/../over' 'b& | / | comes after it | [ -e $T/../over ]' 'c | / | passes | true'
last '3 passed, 0 failed'
# shellcheck disable=SC2016
parts ok 'a& | / | runs a program meanwhile | cp /bin/sleep $T/sleep; $T/sleep 3' 'b | / | passes | sleep 0.5'
last '2 passed, 0 failed'
parts fails 'a& | / | crashes beside the others | exit 3' 'b | / | passes | true'
last '1 passed, 1 failed'
parts fails 'a | / | fails early | echo FAIL: this; echo 5 passed, 1 failed' 'b | / | passes | true'
if [ "$(tail -2 "$tmp/out" | head -1)" = 'a: FAIL: this' ]; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo 'selftest: check.sh did not say again what failed'
fi
# shellcheck disable=SC2016
parts fails 'a | / | leaves a process | cp /bin/sleep $T/sleep; setsid $T/sleep 60 >/dev/null & true'
last '1 passed, 1 failed'
expect 'check.sh took a part that there is not' fails test/check.sh nosuchpart
if ls -d "$tmp"/run9check.* >/dev/null 2>&1; then
	echo 'selftest: check.sh left its folder behind'
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi

# results: a package that dies after a known failure has failed all the same.
known='{"Action":"run","Package":"os","Test":"TestOpenError"}
{"Action":"fail","Package":"os","Test":"TestOpenError"}'
died='{"Action":"run","Package":"os","Test":"TestX"}'
results() { printf '%s\n' "$@" '{"Action":"fail","Package":"os"}' |
	"$tmp/results" -known "$tmp/known" os; }
echo 'os TestOpenError wants what Plan 9 has not: os_test.go:1' >"$tmp/known"
if command -v go >/dev/null; then
	(cd test/go/results && GO111MODULE=on go build -o "$tmp/results" .) || exit 1
	expect 'results counted a known failure' ok results "$known"
	expect 'results passed a package that died' fails results "$known" "$died"
fi

cd "$here" || exit 1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
