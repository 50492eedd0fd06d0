#!/bin/bash
# Compare three protocols of the image cache: bench/cache/run.sh [-q]
#
# Each is a program of its own, cachebench (main.c); doc/performance.md says what
# they are. They take turns at every point, and the figures are medians of the
# rounds. Tables and plots go to $OUT/bench/cache. -q: fewer rounds and
# points. It fails if a protocol breaks an invariant, never because it is slow.
set -u
cd "$(dirname "$0")/../.." || exit 1
rounds=3 ms=400 satms=120 bigms=6000 stormms=2000
threads='1 2 4 8 16' programs='1 10 100 1000'
while getopts q o; do
	case $o in
	q) rounds=1 ms=200 satms=100 bigms=2000 stormms=500
		threads='1 4 16' programs='10 1000' ;;
	*) echo "usage: bench/cache/run.sh [-q]" >&2; exit 2 ;;
	esac
done
test/setup.sh bench || exit 1
out=${OUT:-out}/bench/cache
make -s cachebench OUT="${OUT:-out}" >&2 || exit 1
protocols='old 2025 run9'

# each arg ...: a turn for every protocol
each() {
	local p
	for p in $protocols; do
		"$out/$p" "$@" >>"$out/samples" || exit 1
	done
}

echo 'storms' >&2
for p in $protocols; do
	if ! "$out/$p" -s -m "$stormms"; then
		echo "bench: $p breaks an invariant" >&2
		exit 1
	fi
done

: >"$out/samples"
for ((round = 1; round <= rounds; round++)); do
	echo "round $round of $rounds" >&2
	for state in '' -c; do
		# whole execs, for their locks
		each -t 2 -p 10 -m "$satms" -x $state
		for reclaim in '' -r; do
			for hold in 0 100 1000 5000; do
				each -t 4 -p 10 -w 50 -m "$ms" -h $hold \
					$state $reclaim
			done
			each -t 4 -p 10 -w 50 -m "$ms" -h 1000 -x \
				$state $reclaim
			for t in $threads; do
				for n in $programs; do
					each -t "$t" -p "$n" -m "$satms" $state $reclaim
				done
			done
		done
	done
done
echo 'one big image' >&2
for state in '' -c; do
	each -b -w 20 -m "$bigms" $state
done

{
	echo "$(uname -sr), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
	echo "$(git describe --always --dirty 2>/dev/null); medians of $rounds rounds"
	awk -f bench/cache/median.awk "$out/samples" |
		tee "$out/medians" | \
		awk -v procs="$(nproc)" -f bench/cache/tables.awk
} >"$out/tables"
cat "$out/tables"
gnuplot -e "out='$out'; procs=$(nproc)" bench/cache/plot.gp || exit 1
echo "plots: $out/*.svg" >&2
