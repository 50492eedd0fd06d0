#!/bin/bash
# Where the time of one rfork, exec, exits and await goes: bench/steps.sh [count]
#
# A build with STEPS=1 notes the time at some places on the way (step() in the
# sources); STEPS names such a build of another tree, to compare. The storm is
# that of bench/budget.sh, of count rounds (5000 unless told), three times over;
# of each step the middle one of the three means is printed, in nanoseconds. The
# noting itself is about 60 ns a step.
set -u
cd "$(dirname "$0")/.." || exit 1
n=${1:-5000}
out=${OUT:-out}
make -s benchprogs OUT="$out" >&2 || exit 1
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
if [ -z "${STEPS:-}" ]; then
	STEPS=$T/run9
	make -s STEPS=1 OUT="$T/steps" RUN9="$STEPS" >/dev/null || exit 1
fi
for _ in 1 2 3; do
	"$STEPS" --stats "$out/bench/spawn" spawn "$out/prog/true" "$n" 2>&1 || exit 1
done |
	awk -v n="$n" '
	/^step / && $2 >= n - 1 {
		ns = $3 / $2
		sub(/^step [0-9]+ [0-9]+ /, "")
		if(!($0 in count)) order[++k] = $0
		v[$0, ++count[$0]] = ns
	}
	/^spawn / {v["all", ++count["all"]] = $3 / $2}
	function middle(s,  a, b, c) {
		a = v[s, 1]; b = v[s, 2]; c = v[s, 3]
		return a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b))
	}
	END {
		for(i = 1; i <= k; i++) {
			printf "%-46s %8.0f\n", order[i], middle(order[i])
			sum += middle(order[i])
		}
		printf "%-46s %8.0f\n%-46s %8.0f\n", "sum of the steps", sum,
			"one round, by the clock", middle("all")
	}'
