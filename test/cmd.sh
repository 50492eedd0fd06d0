#!/bin/bash
# Commands of the host from Plan 9 programs, and run9's own programs: test/cmd.sh
#
#	RUN9=./run9 OUT=out test/cmd.sh
#
# test/prog/cmdtest and cmdctltest have cmd(3) from user space.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9

# run args ...: under run9; out, err, $status
run() {
	timeout -k 2 60 "$run9" "$@" >out 2>err </dev/null
	status=$?
}
# expect what status output error-pattern
expect() {
	if [ "$status" -ne "$2" ] || [ "$(cat out)" != "$3" ]; then
		fail "$1: status $status, not $2; output '$(cat out)', not '$3'"
	elif [ -n "$4" ] && ! grep -q -- "$4" err; then
		fail "$1: no '$4' on standard error: $(cat err)"
	elif [ -z "$4" ] && [ -s err ]; then
		fail "$1: says $(cat err)"
	else
		pass
	fi
}
# until what command ...: the command succeeds, sooner or later
until_() {
	local what=$1 i
	shift
	for ((i = 0; i < 600; i++)); do
		"$@" && pass && return
		sleep 0.1
	done
	fail "$what: not within a minute"
}
# Does a process with that argument run? Each sleep of this script has a number of its own.
mark=$((40000 + $$ % 10000))
# All of run9 may be killed at once, if this script is.
trap 'ours | xargs -r kill -KILL 2>/dev/null; pgrep -fx "sleep $mark" | xargs -r kill 2>/dev/null
	rm -rf "$tmp"' EXIT
runs() { pgrep -fx "sleep $1" >/dev/null; }
runsnot() { ! runs "$1"; }

# --- os(1): status, standard files, directory, environment ---

run --cmd os echo a 'b  c' "it's" ''
expect 'arguments' 0 "a b  c it's " ''
run --cmd os sh -c 'echo out; echo err >&2; exit 7'
expect 'a status that is a number' 7 out '^err$'
run --cmd os sh -c 'kill -TERM $$'
expect 'a command that was killed' 1 '' killed
run --cmd os nosuchcommand
expect 'no such command' 1 '' "does not exist: 'nosuchcommand'"
head -c 1000000 /dev/urandom >big
timeout 60 "$run9" --cmd os cat <big >out 2>err
status=$?
[ "$status" = 0 ] && cmp -s big out && pass || fail "big files: status $status"
mkdir -p dir/sub
cd dir || exit 1
run --cmd os pwd -P
expect "the program's directory" 0 "$tmp/dir" ''
run --cmd os -d sub pwd -P
expect '-d' 0 "$tmp/dir/sub" ''
run --cmd os -d/no/such pwd
expect '-d of what does not exist' 1 '' 'does not exist'
run --cmd -e cmdvar='a value' os sh -c 'echo $cmdvar'
expect 'the environment' 0 'a value' ''
cd ..
run --cmd os -n nice
low=$(cat out)
run --cmd os -N3 nice
[ "$low" -ge "$(nice)" ] && [ "$(cat out)" -ge "$low" ] && pass || fail "nice: $low, $(cat out)"
# What run9 was given: signals, umask, limits.
for cmd in 'grep -E ^Sig[BI] /proc/self/status' umask 'ulimit -n' 'ulimit -f'; do
	(
		umask 027
		ulimit -S -n 250
		trap '' HUP
		sh -c "$cmd" >want
		"$run9" --cmd os sh -c "$cmd" >out </dev/null
		cmp -s want out
	) && pass || fail "$cmd: $(cat out), not $(cat want)"
done

# --- without --cmd ---

run os true
expect 'off' 1 '' 'host commands are off: run9 --cmd turns them on'
run ls /cmd
expect 'off: /cmd' 1 '' 'does not exist'

# --- notes, and the end ---

# A command that says when it has begun, and leaves a process behind on its own.
script='trap "echo interrupted; exit 5" INT
	setsid sleep '$mark' >/dev/null 2>&1 &
	echo ready >ready
	while :; do sleep 0.05; done'
begin() {
	rm -f ready
	# a shell's background ignores SIGINT
	env --default-signal=INT "$run9" --cmd os sh -c "$script" >out 2>err </dev/null &
	pid=$!
	until_ "$1" test -s ready
	until_ "$1" runs $mark
}
begin 'interrupt'
kill -INT "$pid"
wait "$pid"
status=$?
expect 'interrupt is a signal for the command' 5 interrupted ''
until_ 'what a command leaves behind, at the end' runsnot $mark
for sig in TERM KILL HUP; do
	begin $sig
	kill -$sig "$pid"
	wait "$pid" 2>/dev/null
	until_ "kill -$sig" runsnot $mark
done
# The launcher is the command's parent.
begin launcher
parent() { ps -o ppid= -p "$1" | tr -d ' '; }
kill -KILL "$(parent "$(parent "$(pgrep -fx "sleep $mark")")")"
wait "$pid"
status=$?
expect 'the launcher is killed' 70 '' 'the launcher, was killed'
until_ 'after the launcher' runsnot $mark
# A program that ends while its command runs.
run --cmd "$p/sh" -c "os sleep $mark & repeat 20 sleep 0.05"
until_ 'the first program ends' runsnot $mark
# -b: os is killed, the command goes on until run9 ends.
run --cmd "$p/sh" -c "os -b sh -c 'sleep 1; echo done >done' & sleep 0.3"
until_ 'nothing left' test -z "$(ours)"

# --- run9's own programs ---

run pwd
expect pwd 0 "$tmp" ''
run sleep 0.01
expect sleep 0 '' ''
printf 'x\n' >x
touch -d 2001-02-03 old
mkdir -p list/b
touch list/a list/c "list/d e"
chmod 644 list/a
chmod 755 list/c
run ls list
expect ls 0 "list/a
list/b
list/c
'list/d e'" ''
run ls -rpF list
expect 'ls -rpF' 0 "'d e'
c*
b/
a" ''
run ls -pQ list
expect 'ls -pQ' 0 'a
b
c
d e' ''
run ls -d list x
expect 'ls -d' 0 'list
x' ''
run ls -pt old x
expect 'ls -t' 0 'x
old' ''
run ls -ltr old x
grep -qE '^--rw.{7} M 0 [^ ]+ [^ ]+ +0 Feb  3  2001 old$' out && pass || fail "ls -l: $(cat out)"
run ls nosuch x
expect 'ls of what is not there' 1 x 'nosuch.*does not exist'
# They are files of /bin, and cannot be changed.
run cat /bin/pwd
[ "$status" = 0 ] && [ -s out ] && pass || fail "/bin/pwd can be read: status $status"
run "$p/sh" -c 'echo x >/bin/pwd'
[ "$status" != 0 ] && pass || fail '/bin/pwd was written'
# exec of a program of the host's
ln -s /bin/true linux
for n in ./linux /bin/sh; do
	run $n
	expect "exec of $n" 126 '' "^run9: $n: Linux executable: use os(1)\$"
done
run "$p/sh" -c ./linux
grep -qF 'Linux executable: use os(1)' err && pass || fail "exec by a program: $(cat err)"

# --- with a Plan 9 tree ---

mkdir -p tree/amd64/bin
cp "$p/hello" tree/amd64/bin/pwd
run -r tree pwd
expect "the tree's own first" 0 'hello, world' ''
run -r tree ls -d /bin/os
expect "run9's own after" 0 /bin/os ''
mkdir -p tree/usr/glenda
run --cmd -r tree -c /usr/glenda os pwd -P
expect "the tree's directory on the host" 0 "$tmp/tree/usr/glenda" ''
mkdir tree/lib
printf 'mount -aC #s/boot /root\nbind -a /root /\nbind /amd64/bin /bin\n' >tree/lib/namespace
run --cmd -r tree os echo yes
expect 'a namespace file' 0 yes ''
run --cmd -r tree ls -d /cmd /mnt/term/cmd
expect 'where cmd(3) is' 0 '/cmd
/mnt/term/cmd' ''

[ -z "$(ours)" ] && pass || fail "processes left: $(ours | tr '\n' ' ')"
rm -rf "$tmp/run9"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
