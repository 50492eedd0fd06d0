#!/bin/bash
# What shows the kernel at work: the state dump, --dump, --trace, core files and
# the gdb script (doc/debugging.md).
#
#	RUN9=./run9 HANG=./out/hanglock/run9 OUT=out test/debug.sh
#
# Uses the programs of test/prog. HANG is a run9 built with HANGLOCK=1.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
hang=$(realpath -e -- "${HANG:-$top/out/hanglock/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
cp "$hang" hang

# has what pattern: a line of err matches
has() {
	grep -qE -- "$2" err && pass || fail "$1: no line '$2'"
}
# until pattern: err has such a line within a minute
until_() {
	for _ in {1..1200}; do
		grep -qE -- "$1" err && return 0
		sleep 0.05
	done
	return 1
}
# what the host says that each does: S asleep
states() {
	local q
	for q in $(ours); do
		sed 's/.*) \(.\).*/\1/' "/proc/$q/stat" 2>/dev/null
	done
}
# begin program how n: $pid is run9's; it has n host processes, and all have begun to wait
begin() {
	env --default-signal "./$1" -m 64M "$p/hang" "$2" >out 2>err </dev/null &
	pid=$!
	local quiet=0
	for _ in {1..1200}; do
		quiet=$((quiet + 1))
		[ "$(ours | wc -l)" -ge "$3" ] && ! states | grep -qv S || quiet=0
		[ $quiet -ge 6 ] && break
		sleep 0.05
	done
}
# quit what: SIGQUIT ends it, and says so
quit() {
	kill -QUIT "$pid"
	wait "$pid" 2>/dev/null
	[ $? -eq 131 ] && pass || fail "$1: the status is not that of SIGQUIT"
	[ -z "$(ours)" ] && pass || fail "$1: processes are left"
}

# Programs that wait for themselves.

begin run9 pipe 3
quit pipe
has pipe ' hang +pread\(.* sleeps in Rendez .* until isready\+'
has 'its stack' ' sysrw\+.* syscall\+'
has 'the image cache' '^image cache: attaches 1'
[ "$(wc -l <err)" -le 24 ] && pass || fail 'more than a screen'

begin run9 rendezvous 3
quit rendezvous
has rendezvous ' Rendezvous| Rendez +hang +rendezvous\(0x123, 0x1\) waits for a partner at tag 0x123'

begin run9 sem 3
quit semacquire
has semacquire ' semacquire\(0x[0-9a-f]+, 1\) sleeps in Rendez .* until awake\+'

# SIGUSR1: it goes on.

begin run9 pipe 3
kill -USR1 "$pid"
until_ '^image cache' && pass || fail 'no state at SIGUSR1'
kill -0 "$pid" 2>/dev/null && pass || fail 'SIGUSR1 ended it'

# --dump of any of its processes, also while the first is stopped.
kill -STOP "$pid"
for q in $(ours); do
	"./run9" --dump "$q" >err 2>&1 </dev/null && pass || fail "--dump $q"
	has "--dump $q" ' pread\(.* until isready\+'
done
kill -CONT "$pid"
refused() {
	./run9 --dump "$1" >out 2>err </dev/null
	[ $? -ne 0 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] && pass ||
		fail "--dump $1 was not refused"
	has "--dump $1" "$2"
}
refused 99999999 'no such process'
refused "$$" 'not a process of run9'
refused x 'not a process'"'"'s number'
./hang --dump "$pid" >out 2>err
has 'another build' 'another build'
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$tmp" run9
	setpriv --reuid=61234 --regid=61234 --clear-groups \
		./run9 --dump "$pid" >out 2>err </dev/null
	[ $? -ne 0 ] && pass || fail "--dump of another user's was not refused"
	has "another user's" 'not a process of yours'
else
	echo "not run: --dump of another user's instance (it takes root)"
fi
kill -TERM "$pid"
wait "$pid" 2>/dev/null

# A kernel lock that is never released, with and without ^C before.

for interrupt in 0 1; do
	begin hang lock 4
	[ $interrupt = 1 ] && kill -INT "$pid" && sleep 0.1
	[ -n "$(ours)" ] || fail 'the lock did not hang'
	quit 'a held lock'
	has 'a held lock' ' waits for Lock hunglock\+0x0 held by pid 3 hang at hanglock\+0x[0-9a-f]+'
	has 'a held lock' '^Lock hunglock\+0x0 held by pid 3 hang at hanglock\+0x.*; waited for by pid 1$'
done

# The other kinds.

begin hang qlock 4
quit 'a held QLock'
has 'a held QLock' ' waits for QLock hungqlock\+0x0 held by pid 3 hang at hanglock\+0x[0-9a-f]+'
has 'a held QLock' '^QLock hungqlock\+0x0 held by pid 3 hang at hanglock\+0x.*; waited for by pid 1$'
begin hang write 4
quit 'a writer'
has 'a writer' ' waits to read RWlock hungrw\+0x0 held for writing by pid 3 hang at hanglock\+0x[0-9a-f]+'
has 'a writer' '^RWlock hungrw\+0x0 held for writing by pid 3 hang at hanglock\+0x.*; waited for by pid 1$'
begin hang read 6
quit 'readers'
has 'readers' ' waits to write RWlock hungrw\+0x0 held by 3 readers: by pid 3 hang at hanglock\+0x'
has 'readers' '^RWlock hungrw\+0x0 held by 3 readers: by pid 3 hang at hanglock\+0x[0-9a-f]+, by pid 4 .* by pid 5 .*; waited for by pid 1$'

# A Lock is held where none may be.

# heldpanic option how what
heldpanic() {
	timeout 120 ./hang $1 -m 64M "$p/hang" "$2" >out 2>err </dev/null
	[ $? -eq 70 ] && pass || fail "a Lock held at $3: the status is not that of a panic"
	has "a Lock held at $3" "panic: .*$3 with a Lock held"
}
heldpanic '' user 'return to user mode'
heldpanic --seccomp user 'return to user mode'
heldpanic '' call 'host call that may wait'

# --trace

timeout 120 ./run9 --trace "$p/cat" /nosuch >out 2>err </dev/null
has 'a call that fails' '^1 cat: open\("/nosuch", OREAD\) = -1 ".*does not exist.*" <0\.[0-9]{6}>$'
has 'what a call stored' '^1 cat: errstr\(".*does not exist.*", [0-9]+\) = 0 '
has 'a string cut short' '^1 cat: pwrite\(2, "cat: can.t open /nosuch: [^"]*"\.\.\., [0-9]+, -1\) = [0-9]+ '
has 'exits does not return' '^1 cat: exits\(".*\)$'
timeout 120 ./run9 --trace=rfork,exec "$p/sh" -c "$p/true" >out 2>err </dev/null
has 'flags by name' '^1 sh: rfork\(RFFDG\|RFPROC\) = [0-9]+ '
has 'a list of strings' "^[0-9]+ sh: exec\\(\"[^\"]+\"(\\.\\.\\.)?, \\[\"[^]]*\\]\\) = 0x"
grep -qvE ': (rfork|exec)\(' err && fail 'another call than those named' || pass
timeout 120 ./run9 --trace=pread,nosuch "$p/true" >out 2>err </dev/null
[ $? -eq 2 ] && pass || fail '--trace of no call: status'
has '--trace of no call' "no system call is named 'nosuch'"

# A core file, and gdb on it and on a live instance.

gdbsays() {
	timeout 60 gdb -nx -batch -q -ex "source $top/tools/run9-gdb.py" \
		-ex run9-ps -ex 'run9-fds 1' -ex 'run9-segs 1' "$@" >err 2>&1
	has "gdb $1: run9-ps" '^ +1 +0 +[0-9]+ Wakeme +hang +pread'
	has "gdb $1: run9-fds" '^ +0 +r.* /fd/0'
	has "gdb $1: run9-segs" '^Text +0x200000 '
}
if ! command -v gdb >/dev/null; then
	echo 'not run: gdb'
elif [ -e "$top/tools/run9-gdb.py" ]; then
	begin run9 pipe 3
	gdbsays ./run9 "$pid"
	kill -TERM "$pid"
	wait "$pid" 2>/dev/null
	case $(cat /proc/sys/kernel/core_pattern) in
	core*)
		ulimit -c unlimited
		begin run9 pipe 3
		quit 'a core file'
		ulimit -c 0
		core=$(ls core* 2>/dev/null | head -1)
		[ -n "$core" ] && [ "$(du -k "$core" | cut -f1)" -lt 20480 ] && pass ||
			fail 'no core file, or a large one'
		[ -n "$core" ] && gdbsays ./run9 "$core"
		;;
	*) echo 'not run: core files (core_pattern leads elsewhere)' ;;
	esac
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
