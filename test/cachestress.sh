#!/bin/bash
# A thousand programs through an image cache that is too small for them, while
# they are killed, changed and taken away: test/cachestress.sh [seconds [seed]]
#
# test/cache/cachestress.c does it; here is what the host sees of it: nothing
# may be left, no process, no open file, of what was not there before. A seed
# is printed; given again, every worker makes the same choices, at times that
# the machine chooses. 30 seconds unless told, with LONG=1 600. A quarter of
# the time goes to programs so small and so many that Images run out, not memory.
#
#	RUN9=./run9 OUT=out test/cachestress.sh
#
# Needs make cacheprogs.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-30}
[ -n "${LONG:-}" ] && seconds=${1:-600}
seed=${2:-$(((RANDOM << 15 | RANDOM) + 1))}
programs=$(realpath -e -- "${OUT:-out}/cache") || exit 1

# shellcheck source=test/instance.sh
. test/instance.sh "${RUN9:-./run9}"

# most what before after
most() {
	if [ "$3" -le "$2" ]; then
		pass
		echo "$1: $2 before, $3 after"
	else
		fail "$1: $2 before, $3 after"
	fi
}
# Host processes without those that the kernel has made for itself, of which
# there are $1; and the most that one of them has open.
hostcount() {
	local p n
	procs=0 fds=0
	for p in $(ours); do
		procs=$((procs + 1))
		n=$(find "/proc/$p/fd" -mindepth 1 2>/dev/null | wc -l)
		[ "$n" -gt "$fds" ] && fds=$n
	done
	procs=$((procs - $1))
}

# stress memory seconds option ...
stress() {
	local memory=$1 time=$2 pid line before=() n
	shift 2
	mkdir files
	rm -f in out
	: >out
	mkfifo in
	exec 8<>in
	(cd files && exec 8<&- && exec timeout -k 10 $((time + 300)) ../run9 -m "$memory" \
		"$programs/cachestress" -s "$seed" -t "$time" "$@" "$programs/tagged") \
		<in >out 2>err &
	pid=$!
	# its words, as they come
	while IFS= read -r line; do
		case $line in
		before\ *)
			hostcount "${line#* }"
			before=("$procs" "$fds")
			echo >&8
			;;
		after\ *)
			hostcount "${line#* }"
			most 'processes of the host' "${before[0]}" "$procs"
			most 'open files of the host' "${before[1]}" "$fds"
			echo >&8
			;;
		FAIL*)
			echo "$line"
			;;
		*)
			echo "	$line"
			;;
		esac
	done < <(tail -n +1 -f --pid=$pid -s 0.2 out)
	wait "$pid"
	status=$?
	exec 8<&-
	# each of three times all memory was asked for: see account.c
	n=$(grep -c ': cachestress killed: out of memory' err)
	grep -v ': cachestress killed: out of memory' err >err.rest
	if [ "$status" -eq 0 ] && [ "$n" -eq 3 ] && [ ! -s err.rest ]; then
		pass
	else
		fail "cachestress -s $seed -t $time $*: status $status"
		head -20 err
	fi
	for _ in {1..1200}; do
		[ -z "$(ours)" ] && break
		sleep 0.05
	done
	if [ -z "$(ours)" ]; then
		pass
	else
		fail "processes left: $(ours | tr '\n' ' ')"
	fi
	rm -rf files
}

stress 32M $((seconds * 3 / 4)) -n 1000 -p 300
stress 256M $((seconds - seconds * 3 / 4)) -n 6000 -p 3
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
