#!/bin/bash
# The command as a user meets it: options, wrong use, what cannot be run, exit
# status, standard files, name space options, and how an instance ends.
#
#	RUN9=./run9 OUT=out test/command.sh
#
# Uses the programs of test/prog.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9

# run args ...: under run9 with a guard against hanging; out, err, $status
run() {
	timeout -k 2 120 "$run9" "$@" >out 2>err </dev/null
	status=$?
}
# expect what status [out [err-pattern]]
expect() {
	local what=$1
	if [ "$status" -ne "$2" ]; then
		fail "$what: status $status, not $2"
	elif [ $# -ge 3 ] && [ "$(cat out)" != "$3" ]; then
		fail "$what: printed something else than '$3'"
	elif [ $# -ge 4 ] && ! grep -qE -- "$4" err; then
		fail "$what: no '$4' on standard error"
	elif [ $# -eq 3 ] && [ -s err ]; then
		fail "$what: words on standard error"
	else
		pass
	fi
}

# Standard files

# what SAYS WHAT: whatstdin said SAYS of its standard input, which was WHAT
what() {
	if [ "$(cat out)" = "$1" ]; then pass; else fail "standard input is $2"; fi
}
: >err
printf hello >text
echo | timeout -k 2 120 "$run9" "$p/whatstdin" >out
what '| 0 seek on a stream' 'a pipe'
timeout -k 2 120 "$run9" "$p/whatstdin" >out <text
what 'M 5' 'a file'
timeout -k 2 120 "$run9" "$p/whatstdin" >out </dev/null
what 'c 0' '/dev/null'

# One position for what is one open file: nothing is written over.
timeout -k 2 120 "$run9" "$p/sh" -c "$p/echo one; $p/none; $p/echo two; $p/none; $p/echo three" \
	>out 2>&1 </dev/null
: >err
if [ "$(grep -c none out)" -eq 2 ] && [ "$(grep -xc 'one\|two\|three' out)" -eq 3 ]; then
	pass
else
	fail 'output and errors to one file'
fi

# Options

run --version
[ "$status" -eq 0 ] && grep -q '^run9 ' out && pass || fail --version
run --help
[ "$status" -eq 0 ] && grep -q '^usage: run9 ' out && pass || fail --help
wrong() {
	run "$@"
	if [ "$status" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ]; then
		pass
	else
		fail "run9 $*: status $status, wanted 2 and one line of error"
	fi
}
wrong
wrong --nosuch "$p/hello"
wrong -Q "$p/hello"
wrong -m
wrong -m lots "$p/hello"
wrong -m -5M "$p/hello"
wrong -m 1 "$p/hello"
wrong -m 99999999999999999999G "$p/hello"
wrong -b onlyone "$p/hello"
wrong -b a:b:q "$p/hello"
wrong -e novalue "$p/hello"
wrong -e =value "$p/hello"
wrong -e a/b=value "$p/hello"
wrong -e ..=value "$p/hello"
wrong -e "$(printf '%0130d' 1)=value" "$p/hello"
wrong -c '' "$p/hello"
wrong -c /nowhere/at/all "$p/hello"
wrong -r /nowhere/at/all "$p/hello"
wrong -n /nowhere/at/all "$p/hello"
wrong -s
wrong --no=nosuchmachine "$p/hello"
wrong --no= "$p/hello"
wrong --plainer "$p/hello"
run --no=spin,nosuchmachine,rewrite "$p/hello"
expect 'unknown switch' 2 '' 'nosuchmachine: no such switch.* rewrite zeroskip .* spin '

# What can be run, and what cannot

run "$p/hello"; expect 'hello' 0 'hello, world'
run --seccomp "$p/hello"; expect 'hello by seccomp' 0 'hello, world'
run --plain "$p/hello"; expect 'hello, plainly' 0 'hello, world'
run --no=rewrite,spin --no=hugepage "$p/hello"; expect 'hello without' 0 'hello, world'
run -m 8M "$p/hello"; expect 'hello in 8 MB' 0 'hello, world'
run -- "$p/hello"; expect 'hello after --' 0 'hello, world'
run "$p/echo" -s --help -m; expect 'options of the program' 0 '-s --help -m'
cp "$p/echo" .
run ./echo relative; expect 'a relative path' 0 relative
run "$tmp/nosuch"; expect 'no such file' 127 '' 'does not exist'
run nosuchprogramanywhere; expect 'no such name' 127 '' 'does not exist'
run ''; expect 'an empty name' 127 '' 'does not exist'
printf 'just text\n' >text; chmod +x text
run ./text; expect 'text' 126 '' 'exec header invalid: text without a #! line'
printf '\0\0\1\353%060d' 0 >a386; chmod +x a386
run ./a386; expect 'a 386 executable' 126 '' '.'
cp /bin/true elf
run ./elf; expect "Linux's own executable" 126 '' 'run9: ./elf: Linux executable: use os[(]1[)]'
: >empty; chmod +x empty
run ./empty; expect 'an empty file' 126 '' 'exec header invalid: empty file'
head -c 20 "$p/echo" >short; chmod +x short
run ./short; expect 'half a header' 126 '' '.'
head -c 100 "$p/echo" >part; chmod +x part
run ./part
[ "$status" -ne 0 ] && [ "$status" -lt 128 ] && [ -s err ] && pass ||
	fail "a truncated executable: status $status"
mkdir dir
run ./dir; expect 'a directory' 126 '' '.'
cp "$p/echo" noexec; chmod 644 noexec
run ./noexec; expect 'no execute permission' 126 '' 'permission denied'
printf '#!%s one two\nthe rest\n' "$p/echo" >script; chmod +x script
run ./script three; expect 'a script' 0 'one two ./script three'
printf '#!%s\n' "$tmp/script" >script2; chmod +x script2
run ./script2; expect 'a script of a script' 0 "one two $tmp/script ./script2"
printf '#!/nowhere/sh\n' >script3; chmod +x script3
run ./script3
[ "$status" -eq 127 ] || [ "$status" -eq 126 ] && [ -s err ] && pass ||
	fail "a script without interpreter: status $status"

# Exit status

run "$p/exits"; expect 'the empty status' 0 ''
run "$p/exits" 3; expect 'status 3' 3 ''
run "$p/exits" 255; expect 'status 255' 255 ''
run "$p/exits" 256; expect 'status 256' 1 '' 256
run "$p/exits" 0; expect 'status 0' 1 '' 0
run "$p/exits" 'went wrong'; expect 'a text' 1 '' 'went wrong'

# Environment, folder, standard files

FROMHOST=here run "$p/printenv" FROMHOST; expect 'environment' 0
grep -q here out && pass || fail 'environment variable of the host'
run -e ADDED=more "$p/printenv" ADDED; expect '-e' 0
grep -q more out && pass || fail '-e'
run "$p/printenv" ZONEINFO; expect 'the zones of the host' 0 /usr/share/zoneinfo
run -e ZONEINFO=mine "$p/printenv" ZONEINFO; expect 'zones of the user' 0 mine
if python3 "$top/test/zones.py" "$run9" "$p/printenv" >out 2>&1; then
	pass
else
	cat out
	fail 'the zone of the host'
fi
echo inside >dir/file
run -c "$tmp/dir" "$p/cat" file; expect '-c' 0 inside
(cd dir && run "$p/cat" file && [ "$(cat out)" = inside ]) && pass || fail 'working directory'
run -c dir "$p/cat" file; expect '-c with a relative path' 0 inside
(cd dir && run -c ../dir "$p/cat" file && [ "$(cat out)" = inside ]) && pass || fail '-c with ..'
(cd dir && run -r / "$p/cat" file && [ "$(cat out)" = inside ]) && pass || fail '-r and the working directory'
head -c 3000000 /dev/urandom >big
timeout 120 "$run9" "$p/cat" <big >copy 2>err
cmp -s big copy && pass || fail 'a file through standard input and output'
timeout 120 cat big | timeout 120 "$run9" "$p/cat" 2>err | cat >copy
cmp -s big copy && pass || fail 'pipes as standard input and output'
timeout 120 "$run9" "$p/cat" <big 2>err | head -c 10 >copy
[ "$(wc -c <copy)" -eq 10 ] && [ -z "$(ours)" ] && pass || fail 'a reader that goes away'
timeout 120 "$run9" "$p/hello" <&- >out 2>err
status=$?; expect 'no standard input' 0 'hello, world'
timeout 120 "$run9" "$p/hello" >&- 2>err </dev/null
[ $? -lt 126 ] && pass || fail 'no standard output'
timeout 120 "$run9" "$p/cat" "$tmp/nosuch" >out 2>err </dev/null
status=$?; expect "the program's own complaint" 1 '' 'nosuch'

# Name space

run -b "$p:/bin" hello; expect '-b, and a name looked for in /bin' 0 'hello, world'
mkdir -p root/bin root/mnt root/etc
cp "$p/cat" "$p/hello" "$p/ls" root/bin
echo 'of the tree' >root/etc/which
echo 'of the host' >which
run -r root /bin/cat /etc/which; expect '-r' 0 'of the tree'
run -r root cat /mnt/host"$tmp/which"; expect '-r: the host is under /mnt/host' 0 'of the host'
printf '# a comment\nbind %s /bin\n' "$p" >ns
run -n ns hello; expect '-n' 0 'hello, world'
printf 'cd dir\n' >ns
run -n ns "$p/cat" file; expect '-n with cd' 0 inside
run -n ns -c "$tmp" "$p/cat" dir/file; expect '-c goes before cd' 0 inside
run -n ns -c ../dir "$p/cat" file; expect '-c is relative to cd' 0 inside
# A namespace file as 9front has it: with servers that are not there.
cat >root/ns <<'END'
mount -aC #s/boot /root $rootspec
bind -a $rootdir /
bind #c /dev
bind #d /fd
bind -c #e /env
bind #p /proc
bind -c #s /srv
bind -q #σ /shr
bind -a #¤ /dev
bind -a #¶ /dev
mount -b /srv/factotum /mnt
mount -a /srv/slashn /n
bind /$cputype/bin /bin
bind -a /rc/bin /bin
mount -qC /srv/cwfs /n/other other
bind -c /usr/$user/tmp /tmp
cd /usr/$user
. /lib/namespace.local
END
run -r root -n root/ns /root/bin/cat /root/etc/which
expect "9front's namespace file" 0 'of the tree'
rm root/ns
printf 'frobnicate /a /b\n' >badns
run -n badns hello
[ "$status" -ne 0 ] && [ -s err ] && pass || fail 'a wrong namespace file'

# Statistics

run -s "$p/hello"; expect '-s' 0 'hello, world' '^[a-z]+ +[0-9]+$'
run --stats "$p/storm" 20 "$p/true"
hits=$(awk '$1 == "hits" {print $2}' err)
[ "${hits:-0}" -ge 19 ] && pass || fail "--stats: ${hits:-no} hits in 20 execs"

# Limits of resources: each is named, with what to do

limited() {
	local what=$1 pattern=$2
	shift 2
	(ulimit "$@" && exec "$run9" "$p/hello") >out 2>err </dev/null
	status=$?
	if [ "$status" -eq 70 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
		grep -qE -- "$pattern" err; then
		pass
	else
		fail "$what: status $status, wanted 70 and '$pattern'"
	fi
}
limited 'a limit of address space' 'address space.*ulimit -v unlimited' -v 1000000
limited 'a limit of open files' 'open files.*ulimit -n 64' -n 3
# A user may be allowed to raise his own limits.
(ulimit -f 10; exec timeout -k 2 120 "$run9" "$p/hello") >out 2>err </dev/null
status=$?
if [ "$status" -eq 0 ]; then
	expect 'a limit of file sizes, which is raised' 0 'hello, world'
else
	limited 'a limit of file sizes' 'file sizes.*ulimit -H -f unlimited' -f 10
fi
(ulimit -S -f 10; exec timeout -k 2 120 "$run9" "$p/hello") >out 2>err </dev/null
status=$?; expect 'a soft limit of file sizes' 0 'hello, world'
# A write beyond it is an error of that write.
head -c 100000 /dev/zero >large
(ulimit -S -f 10; exec timeout -k 2 120 "$run9" "$p/cat" large) >large.copy 2>err </dev/null
status=$?
if [ "$status" -gt 0 ] && [ "$status" -lt 128 ] && grep -q 'write error' err &&
	[ "$(stat -c %s large.copy)" -le 10240 ]; then
	pass
else
	fail "a write beyond the limit of file sizes: status $status"
fi
# Root has no limit of processes, so this is another user.
other=
[ "$(id -u)" -eq 0 ] && other='setpriv --reuid=65534 --clear-groups --inh-caps=-all --bounding-set=-all'
if [ -z "$other" ] || command -v setpriv >/dev/null; then
	chmod 755 .
	# shellcheck disable=SC2086
	(ulimit -u 1 && exec $other "$run9" "$p/hello") >out 2>err </dev/null
	status=$?; expect 'a limit of processes' 70 '' 'limit of processes.*ulimit -u'
	# Permissions do not stop root.
	mkdir -m 777 theirs
	cp "$p/filemodetest" theirs/
	# shellcheck disable=SC2086
	(cd theirs && exec $other timeout -k 2 120 "$run9" ./filemodetest) >out 2>err </dev/null
	status=$?
	if [ $status = 0 ] && [ "$(grep -c '^ok' out)" -gt 15 ]; then
		pass
	else
		fail "files as another user: status $status"
	fi
	rm -rf theirs
fi

# How an instance ends

# gone: nothing of ours is left, within a minute
gone() {
	for _ in {1..1200}; do
		[ -z "$(ours)" ] && return 0
		sleep 0.05
	done
	fail "$1: processes left: $(ours | tr '\n' ' ')"
	for q in $(ours); do kill -KILL "$q"; done
	return 1
}
# Standard input that never ends, and has no other process at its end.
mkfifo hold
exec 9<>hold
# begin: several processes busy, some of them asleep; $pid is run9's. All there will be have
# begun: the instance's two own, two of sh, two of spin, two of cat.
nhost=8
begin() {
	# A shell starts what is in the background with SIGINT ignored.
	env --default-signal "$run9" "$p/sh" -c "$p/spin & $p/spin & $p/cat | $p/cat & wait" \
		>out 2>err <&9 9<&- &
	pid=$!
	for _ in {1..1200}; do
		[ "$(ours | wc -l)" -ge $nhost ] && return
		sleep 0.05
	done
	fail "could not begin: $(ours | wc -l) host processes, not $nhost"
}
run "$p/sh" -c "$p/echo before; $p/echo reboot >/dev/reboot; $p/echo after"
expect 'reboot' 0 before
gone reboot && pass
run "$p/sh" -c "$p/spin &"; expect 'a child left behind' 0
gone 'a child left behind' && pass
for s in INT TERM HUP QUIT KILL; do
	begin
	kill -$s "$pid"
	gone "SIG$s" && pass
	wait "$pid" 2>/dev/null
	[ $? -ne 0 ] && pass || fail "SIG$s: status 0"
done
# Any of its host processes may be killed: each in turn.
for ((i = 1; i <= nhost; i++)); do
	begin
	victim=$(ours | sed -n ${i}p)
	kill -KILL "$victim"
	gone "kill -9 of host process $i of $nhost" && pass
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	status=$?
	[ "$victim" = "$pid" ] && continue
	# one line says which it was
	if [ "$status" = 70 ] && [ "$(wc -l <err)" = 1 ] &&
		grep -qE "^run9: host process $victim, (the nursery|an idle one|of '[a-z]+' [0-9]+), was killed \(signal 9\)$" err; then
		pass
	else
		fail "kill -9 of host process $i of $nhost: status $status"
	fi
done
# A signal that is a fault otherwise is no fault when a process sends it.
for ((i = 1; i <= nhost; i++)); do
	begin
	victim=$(ours | sed -n ${i}p)
	kill -SEGV "$victim"
	gone "kill -SEGV of host process $i of $nhost" && pass
	wait "$pid" 2>/dev/null
	status=$?
	[ "$status" = 70 ] && [ "$(wc -l <err)" = 1 ] &&
		grep -q "^run9: host process $victim,.*signal 11" err && pass ||
		fail "kill -SEGV of host process $i of $nhost: status $status"
done

# A program stores into the kernel's memory and exits: if that does harm, the status tells,
# also when the harm shows while the instance ends.
harm=0
for n in 0 0 0 0 0 0 100 200 500 1000 2000 5000 10000 100000 1000000; do
	run "$p/damage" $n
	if grep -q 'kernel trap\|panic\|damaged' err; then
		harm=$((harm + 1))
		[ "$status" = 70 ] && pass || fail "a damaged kernel: status $status"
	else
		pass
	fi
done
[ "$harm" -gt 0 ] && pass || fail 'damage does no harm'
gone damage && pass

# As few processes as the host allows: too few to begin with, or too few for rfork, which
# then says so, each time, and works again when there are some.
few() {
	timeout -k 2 120 setpriv --reuid=61234 --regid=61234 --clear-groups \
		prlimit --nproc="$1:$1" "$run9" "$tmp/forkmax" >out 2>err </dev/null
	status=$?
}
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$tmp" "$run9"
	cp "$p/forkmax" "$tmp"
	chmod 755 "$tmp/forkmax"
	limited=0
	for ((n = 1; n <= 14; n++)); do
		few $n
		if [ "$status" = 70 ] && grep -qE 'cannot make a process|not allow enough' err; then
			pass
		elif [ "$status" = 1 ] && grep -q '^0 the host allows no more processes' out; then
			pass
		elif [ "$status" = 0 ] && [ "$(grep -c 'the host allows no more processes' out)" = 3 ]; then
			limited=$((limited + 1))
			pass
		else
			fail "$n processes: status $status"
		fi
	done
	[ "$limited" -gt 1 ] && pass || fail 'rfork was never refused'
	gone 'few processes' && pass
else
	echo 'not run: too few processes (it takes root)'
fi

# Two instances know nothing of each other.
begin
first=$pid
run "$p/sh" -c "$p/exits 7"
expect 'a second instance' 7
kill -0 "$first" 2>/dev/null && pass || fail 'a second instance ended the first'
kill -TERM "$first"
gone 'two instances' && pass
wait "$first" 2>/dev/null

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
