#!/bin/bash
# Storms: test/storms.sh [seconds [name ...]]
#
# test/storm has programs that fork, post notes, meet, share memory, debug and trace as
# wildly as they can (test/storm/storm.h), and a driver that runs them again and again. Here
# they run each alone and all at once, by both ways into the kernel, with all switches off,
# with the order of locks checked and under --trace; and what the host sees is compared
# before and after. A storm that does not end, a panic and whatever is left are failures; of
# what hangs there is a dump. --seccomp and --plain are not combined: Linux 6.18 keeps a
# call with 336 in AX, which may be a pid, from a filter (doc/host.md).
#
# The time is for each of these runs, 600 s unless told. QUICK=1 is for make check: all
# storms at once, by one way in each run. SEED=n makes the same choices. Needs make
# stormprogs; LOCKORDERRUN9 names a program built with LOCKORDER=1, if there is one.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-600}
[ $# -gt 0 ] && shift
programs=$(realpath -e -- "${OUT:-out}/storm") || exit 1
seed=${SEED:-$((RANDOM + 1))}
all=()
for p in "$programs"/*storm; do all+=("$(basename "$p")"); done
names=()
for n; do names+=("${n%storm}storm"); done
[ ${#names[@]} -eq 0 ] && names=("${all[@]}")

lockorder=${LOCKORDERRUN9:+$(realpath -e -- "$LOCKORDERRUN9")} || exit 1
# shellcheck source=test/instance.sh
. test/instance.sh "${RUN9:-./run9}"
[ -z "$lockorder" ] || cp "$lockorder" run9-lockorder || exit 1

# Host processes, and the most descriptors that one has open. O_PATH descriptors of files that exist do
# not count: run9 keeps files open whose mode bits the host does not have (doc/dev.md).
hostcount() {
	local p n
	procs=0 fds=0
	for p in $(ours); do
		procs=$((procs + 1))
		n=$(find "/proc/$p/fd" -mindepth 1 ! \( -perm 000 ! -lname '* (deleted)' -lname '/*' \) 2>/dev/null | wc -l)
		[ "$n" -gt "$fds" ] && fds=$n
	done
}
# most what before after slack
most() {
	if [ "$3" -le $(($2 + $4)) ]; then
		pass
	else
		fail "$1: $2 before, $3 after"
	fi
}
# hangs which: show what it waits for, and end it
hangs() {
	fail "$title: $1 hangs"
	timeout 60 "./$exe" --dump "$pid" | cut -c1-300 | head -400
	kill -KILL "$pid"
}

alive() {
	local s
	s=$(sed 's/.*) \(.\).*/\1/' "/proc/$pid/stat" 2>/dev/null)
	[ -n "$s" ] && [ "$s" != Z ]
}

# The host has had time for a beat each second, but may be busy.
Silent=120
# What the kernel makes when it is needed and keeps: processes of its own, memory for the heap,
# slots of idle host processes. The heap has as much memory as all storms needed at one moment.
Heapslack=$((24 << 20)) Frameslack=64 Fdslack=8 Slotslack=64
# In a short time the most there ever is at once may come late.
[ "$seconds" -lt 60 ] && Heapslack=$((64 << 20))

# No process of the instance is left, a minute after its end.
nothingleft() {
	local left
	for _ in {1..1200}; do
		left=$(ours)
		[ -z "$left" ] && break
		sleep 0.05
	done
	[ -z "$left" ] && pass || fail "$title: processes left: $left"
}

# storm exe time "options" name ...: those at once
storm() {
	local exe=$1 time=$2 options=$3 line before=() after=() silent ended
	shift 3
	title="$exe $options: $*"
	rm -f in out
	: >out
	mkfifo in
	exec 8<>in
	# shellcheck disable=SC2086
	(exec 8<&- && exec "./$exe" -m 512M $options "$programs/storms" "$seed" "$time" "$@") \
		<in >out 2>err &
	pid=$!
	exec 7<out
	silent=0 ended=
	while :; do
		if ! IFS= read -r line <&7; then
			[ -n "$ended" ] && break
			alive || ended=1
			silent=$((silent + 1))
			[ $silent -gt $((Silent * 5)) ] && { hangs 'the instance'; break; }
			sleep 0.2
			continue
		fi
		silent=0
		case $line in
		before\ * | after\ *)
			hostcount
			[ "${line%% *}" = before ] &&
				read -ra before <<<"${line#* } $procs $fds"
			[ "${line%% *}" = after ] &&
				read -ra after <<<"${line#* } $procs $fds"
			echo >&8
			;;
		HANG*) hangs "${line#HANG }" ;;
		FAIL*) fail "$title: ${line#FAIL }" ;;
		at*) at=${line#at} ;;
		esac
	done
	wait "$pid"
	status=$?
	exec 7<&- 8<&-
	echo "$title:${at:-}; before ${before[*]:-}; after ${after[*]:-}"
	if [ ${#after[@]} -eq 6 ]; then
		most "$title: processes" $((before[0] - before[1])) $((after[0] - after[1])) 0
		most "$title: kernel processes" "${before[1]}" "${after[1]}" 3
		most "$title: frames" "${before[2]}" "${after[2]}" $Frameslack
		most "$title: heap" "${before[3]}" "${after[3]}" $Heapslack
		most "$title: host processes" "${before[4]}" "${after[4]}" $Slotslack
		most "$title: descriptors" "${before[5]}" "${after[5]}" $Fdslack
	fi
	if [ $status -ne 0 ] || grep -qE 'panic|kernel trap|assertion|damaged|deadlock' err; then
		fail "$title, seed $seed: status $status"
		grep -vE 'killed: Insufficient|killed: out of memory' err | cut -c1-300 | head -60
	else
		pass
	fi
	nothingleft
}

if [ -n "${QUICK:-}" ]; then
	storm run9 "$seconds" '' "${names[@]}"
	storm run9 "$seconds" --plain "${names[@]}"
	[ -n "$lockorder" ] && storm run9-lockorder "$seconds" '' "${names[@]}"
else
	for n in "${names[@]}"; do
		storm run9 "$seconds" '' "$n"
		storm run9 "$seconds" --seccomp "$n"
	done
	for o in '' --seccomp --plain --trace=rfork,exec,semacquire; do
		storm run9 "$seconds" "$o" "${names[@]}"
	done
	[ -n "$lockorder" ] && storm run9-lockorder "$seconds" '' "${names[@]}"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
