#!/bin/bash
# What one rfork, exec, exits and await costs, counted: bench/budget.sh [count]
#
# Counts depend on nothing that the machine does besides, so they say more than
# times where it is busy. A storm of count rounds (200 unless told) and one of
# twice as many are counted, and the difference is divided by count: what the
# start costs falls out. Beside it the same of posix_spawn and waitpid.
#
#	host calls and signals	strace -f
#	page faults		perf stat; of the host, so a page that is mapped
#				beforehand is none
#	locks			a build with LOCKSTATS=1, LOCKSTATS names one
#
# The first storm is of a program that no other process runs, the second of one that
# another process runs all the while.
set -u
cd "$(dirname "$0")/.." || exit 1
n=${1:-200}
test/setup.sh bench || exit 1
out=${OUT:-out}
make -s benchprogs OUT="$out" >&2 || exit 1
out=$(cd "$out" && pwd -P)
RUN9=${RUN9:-$PWD/run9}
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
if [ -z "${LOCKSTATS:-}" ]; then
	LOCKSTATS=$T/run9.lockstats
	make -s LOCKSTATS=1 OUT="$T/lockstats" RUN9="$LOCKSTATS" >/dev/null || exit 1
fi

# counted file command ...: "what count" lines
counted() {
	local file=$1
	shift
	strace -f -o "$T/strace" "$@" >/dev/null 2>"$T/errors" || return 1
	sed -E 's/^[0-9]+ +//' "$T/strace" |
		awk '
		/^<\.\.\. / {next}
		/^--- SIG/ {n["signal " $2]++; next}
		match($0, /^[a-z0-9_]+\(/) {n[substr($0, 1, RLENGTH-1)]++}
		END {for(c in n) print c, n[c]}' >"$file"
	perf stat -x, -e minor-faults -o "$T/perf" "$@" >/dev/null 2>&1 &&
		awk -F, '/minor-faults/ && $1 ~ /^[0-9]+$/ {print "page faults", $1}' \
			"$T/perf" >>"$file"
	return 0
}
# locked file command ...: the same of locks
locked() {
	local file=$1
	shift
	"$LOCKSTATS" --stats "$@" 2>&1 >/dev/null |
		awk '/^lock / {t += $4; c += $6}
		END {print "locks taken", t+0; print "locks waited for", c+0}' >>"$file"
}
# column name: what $T/name.1 has more in $T/name.2, for each round
column() {
	awk -v n="$n" -v name="$1" '
	{c = $NF; sub(/ [^ ]*$/, "")}
	FILENAME ~ /1$/ {a[$0] = c}
	FILENAME ~ /2$/ {b[$0] = c}
	END {for(k in b) if((b[k]-a[k])/n >= 0.005) print name "|" k "|" (b[k]-a[k])/n}' \
		"$T/$1.1" "$T/$1.2"
}

for k in 1 2; do
	counted "$T/alone.$k" "$RUN9" "$out/bench/spawn" spawn "$out/prog/true" $((k*n)) &&
	locked "$T/alone.$k" "$out/bench/spawn" spawn "$out/prog/true" $((k*n)) &&
	counted "$T/beside.$k" "$RUN9" "$out/bench/spawn" -r spawn "$out/prog/true" $((k*n)) &&
	locked "$T/beside.$k" "$out/bench/spawn" -r spawn "$out/prog/true" $((k*n)) &&
	counted "$T/linux.$k" "$out/bench/native/spawn" spawn "$out/bench/native/true" $((k*n)) || {
		echo "budget: it cannot be counted here:" >&2
		head -5 "$T/errors" >&2
		exit 1
	}
done

echo "for each rfork+exec+exits+await / posix_spawn+waitpid ($n of them):"
printf '%-28s %9s %9s %9s\n' '' run9 'run9 -r' Linux
{ column alone; column beside; column linux; } | awk -F'|' '
{
	v[$2, $1] = $3
	if($2 ~ / /)
		other[$2] = 1
	else {
		calls[$2] = 1
		v["host calls", $1] += $3
	}
}
function row(order, what, k) {
	printf "%d|%-28s %9.2f %9.2f %9s\n", order, what, v[k, "alone"],
		v[k, "beside"],
		k ~ /^locks/ ? "-" : sprintf("%.2f", v[k, "linux"])
}
END {
	row(1, "host calls", "host calls")
	for(k in calls)
		row(2, "    " k, k)
	for(k in other)
		row(3, k, k)
}' | sort -t'|' -k1,1n -k2,2 | cut -d'|' -f2
echo "run9 -r: another process of the same program lives meanwhile"
