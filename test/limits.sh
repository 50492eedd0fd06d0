#!/bin/bash
# The limits, reached one by one and then all at once: the error that a program gets, the line that
# names the limit, and that nothing is left of it: test/limits.sh
#
#	RUN9=./run9 OUT=out test/limits.sh
#
# test/prog/limits.c reaches a limit, lets go, and does it again; it compares what the kernel counts.
# Here is what the host counts: processes, those that nobody has waited for, open files, mappings.
# doc/limits.md has the table of the limits. CGROUP=folder names a control group of the host's, made
# for this test, in which the host's memory is limited.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9
cp "$p/limits" "$p/limitbomb" "$p/limitbits" .
chmod 755 "$tmp" run9 limits limitbomb limitbits
mkdir files
chmod 777 files
: >files/limits.file

# What the host has of the instance: processes, zombies among their children, open files, which all
# share, and the most mappings of one.
hostcount() {
	local all p
	all=$(ours)
	procs=$(wc -w <<<"$all")
	# one that has just ended shows none
	fds=0
	for p in $all; do
		fds=$(find "/proc/$p/fd" -mindepth 1 2>/dev/null | wc -l)
		[ "$fds" -eq 0 ] || break
	done
	# shellcheck disable=SC2086
	maps=$(printf '/proc/%s/maps\n' $all | xargs wc -l 2>/dev/null |
		awk '$2 != "total" && $1 > max {max = $1} END {print max + 0}')
	zombies=$(ps -eo stat=,ppid= | awk -v all="$all" '
		BEGIN {n = split(all, a); for(i = 1; i <= n; i++) ours[a[i]] = 1}
		$1 ~ /^Z/ && $2 in ours {z++}
		END {print z + 0}')
}

# What may stay: idle processes of the host, and what such a one keeps mapped (kernel/host).
mostidle=64
mostmaps=200
# settled what files: the host's counts are what they may be, in a minute
settled() {
	local _
	for _ in {1..300}; do
		hostcount
		[ "$procs" -le $((mostidle + 12)) ] && [ "$zombies" -eq 0 ] &&
			[ "$fds" -le "$2" ] && [ "$maps" -le "$mostmaps" ] && return
		sleep 0.2
	done
	fail "$1: the host has $procs processes, $zombies zombies, $fds open files (before: $2), $maps mappings"
	return 1
}

gone() {
	local _
	for _ in {1..300}; do
		[ -z "$(ours)" ] && return 0
		sleep 0.2
	done
	fail "$1: processes left: $(ours | tr '\n' ' ')"
	return 1
}

# skip what why: this host does not let the limit be reached
skipped=0
skip() {
	skipped=$((skipped + 1))
	echo "not run: $1: $2"
}

# limit what error line [-m size] [arg ...]: run limits, under ${under[@]}. error is a pattern of
# what the program sees each time, line one of what the user is told once.
under=()
limit() {
	local what=$1 error=$2 told=$3 began=$SECONDS line pid n status before=
	shift 3
	rm -f in out
	mkfifo in
	exec 8<>in
	: >out
	(cd files && exec 8<&- && exec "${under[@]}" timeout -k 10 500 "$run9" "$@") <in >out 2>err &
	pid=$!
	while IFS= read -r line; do
		[ "$line" = counts ] || continue
		if [ -z "$before" ]; then
			hostcount
			before=$fds
		else
			settled "$what" "$before" && pass
		fi
		echo >&8
	done < <(tail -n +1 -f --pid=$pid -s 0.1 out)
	wait "$pid"
	status=$?
	exec 8<&-
	if [ "$status" -eq 0 ]; then
		pass
	else
		fail "$what: status $status: $(tail -1 out)"
	fi
	n=$(grep -c '^reached' out)
	if [ "$n" -ge 2 ] && [ "$(grep -cE "^reached [0-9]+ $error\$" out)" -eq "$n" ]; then
		pass
	else
		fail "$what: reached: $(grep '^reached' out | tr '\n' ';')"
	fi
	n=$(grep -cE "$told" err)
	# once a minute
	if [ "$n" -ge 1 ] && { [ $((SECONDS - began)) -ge 60 ] ||
		[ "$(grep '^run9:' err | sort | uniq -d | wc -l)" -eq 0 ]; }; then
		pass
	else
		fail "$what: $n times '$told'"
	fi
	gone "$what" && pass
}

limit processes 'no procs' '^run9: limit reached: 4000 processes ' \
	-m 256M "$tmp/limits" procs
limit descriptors 'no free file descriptors' \
	'^run9: limit reached: 16384 open files in a group of processes ' \
	-m 64M "$tmp/limits" fds
limit segments 'virtual memory allocation failed' \
	'^run9: limit reached: 5 attached segments in a process ' -m 64M "$tmp/limits" segs
limit memory 'Killed: Insufficient physical memory' \
	'^run9: [0-9]+: limits killed: out of memory, 64 MiB ' -m 64M "$tmp/limits" arena
limit 'memory, of which a process that is spared has most' 'Killed: Insufficient physical memory' \
	'^run9: [0-9]+: limits killed: out of memory, 64 MiB ' -m 64M "$tmp/limits" spared
limit 'memory that processes share' 'Killed: Insufficient physical memory' \
	'^run9: [0-9]+: limits killed: out of memory, 64 MiB ' -m 64M "$tmp/limits" shared
limit 'kernel memory' 'kernel allocate failed' \
	'^run9: limit reached: 512 MiB of kernel memory' -m 64M "$tmp/limits" heap
limit 'kernel memory, by a process that has little' 'kernel allocate failed' \
	'^run9: [0-9]+: limits killed: out of memory, 512 MiB of kernel memory' \
	-m 64M "$tmp/limits" heapfault
limit 'tables of pages' 'Killed: Insufficient physical memory' \
	'^run9: [0-9]+: limits killed: out of memory, 512 MiB of kernel memory' \
	-m 2G "$tmp/limits" tables
under=(prlimit --nofile=100:100)
limit 'open files of the host' "no free file descriptors: 'limits.file'" \
	'^run9: limit reached: 100 open files of the host; raise ulimit -H -n ' \
	-m 64M "$tmp/limits" hostfds
(cd files && "${under[@]}" timeout 60 "$run9" -m 64M "$tmp/limitbits") >out 2>&1 &&
	[ "$(ls files)" = limits.file ] && pass || fail "append-only files: $(head -3 out)"
under=(prlimit --fsize=102400:unlimited)
limit 'the size of a host file' 'file too big' \
	'^run9: limit reached: 102400 bytes in a file of the host; raise ulimit -f ' \
	-m 64M "$tmp/limits" fsize

# Root has no limit of processes, so this is another user.
user=()
[ "$(id -u)" -eq 0 ] && user=(setpriv --reuid=61234 --regid=61234 --clear-groups)
few=40
[ "$(id -u)" -eq 0 ] || few=$(($(ps -Lu "$(id -u)" --no-headers | wc -l) + 40))
under=("${user[@]}" prlimit "--nproc=$few:$few")
limit 'processes of the host' 'the host allows no more processes' \
	"^run9: limit reached: processes of the host; raise ulimit -u, or a container's pids.max " \
	-m 64M "$tmp/limits" procs
limit 'an alarm without a process of the host' 'the host allows no more processes' \
	"^run9: limit reached: processes of the host; raise ulimit -u, or a container's pids.max " \
	-m 64M "$tmp/limits" alarm

# The host's mappings: what a host has by default; many have no such limit in practice.
max=$(cat /proc/sys/vm/max_map_count)
if [ "$max" -le 70000 ]; then
	under=()
	limit 'mappings of the host' '' \
		'^run9: limit reached: mappings of a host process, vm.max_map_count ' \
		-m 3G "$tmp/limits" maps "$max"
else
	skip 'mappings of the host' "vm.max_map_count is $max, too many to reach"
fi

# The host's memory: in a control group that the user made for this, with a limit that is set here.
# By default run9 takes less than such a group may have, so the host's killer has nothing to do.
if [ -n "${CGROUP:-}" ]; then
	under=()
	file=$CGROUP/memory.max
	[ -e "$file" ] || file=$CGROUP/memory.limit_in_bytes
	echo 256M >"$file" && under=(sh -c "echo \$\$ >'$CGROUP/cgroup.procs' && exec \"\$@\"" sh)
	limit 'memory of the host' 'Killed: Insufficient physical memory' \
		'^run9: [0-9]+: limits killed: out of memory, 192 MiB ' "$tmp/limits" arena
else
	skip 'memory of the host' 'CGROUP does not name a control group to limit'
fi

# All at once, with few processes of the host.
under=("${user[@]}" prlimit "--nproc=$((few + 160)):$((few + 160))")
"${under[@]}" timeout -k 10 500 "$run9" -m 64M "$tmp/limitbomb" >out 2>err </dev/null
status=$?
# lines of several processes mix
grep -E 'panic|kernel|host process|left' err >err.bad
mv err.bad err
if [ "$status" -eq 0 ] && grep -q '^got' out && [ ! -s err ]; then
	pass
else
	fail "all at once: status $status"
fi
gone 'all at once' && pass

[ "$skipped" -eq 0 ] || echo "$skipped limits not reached here"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
