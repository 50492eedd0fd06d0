#!/bin/bash
# What each switch is worth: bench/switches.sh [-r rounds] [-l "line ..."] [switch ...]
#
# Each line is a program under run9. In a round it runs once with everything on, then once
# with each switch off, then again with everything on. perf counts the processor time, page
# faults and host calls of the whole instance. A figure is the median, over all rounds, of
# the count with the switch off divided by the mean of the round's two counts with everything
# on. "noise" compares the round's two: the uncertainty of such a median (from its order
# statistics, two standard errors), and how far it is from 1. plain: everything off.
#
# The table also goes to the file that FIGURES names.
set -u
cd "$(dirname "$0")/.." || exit 1
top=$PWD
rounds=9 lines=
while getopts r:l: o; do
	case $o in
	r) rounds=$OPTARG ;;
	l) lines=" $OPTARG " ;;
	*) echo 'usage: bench/switches.sh [-r rounds] [-l "line ..."] [switch ...]' >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))

test/setup.sh bench || exit 1
out=${OUT:-out}
make -s benchprogs OUT="$out" >&2 || exit 1
# shellcheck source=test/go/env.sh
. test/go/env.sh
if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- $("$RUN9" --no= 2>&1 | sed 's/.*there are://; s/(.*//') plain
fi
p9=$(cd "$out/bench" && pwd -P)
progs=$(cd "$out/prog" && pwd -P)
(cd bench/fork && GOOS=plan9 GOARCH=amd64 go build -trimpath -o "$T/fork" .) &&
	gobuild plan9 "$T/hello" hello &&
	gobuild plan9 "$T/gofmt" cmd/gofmt || exit 1
case ${FIGURES:=/dev/null} in /*) ;; *) FIGURES=$top/$FIGURES ;; esac
cd "$T" || exit 1

# once switch command ...: time (s), processor time (ms), faults, host calls
once() {
	local options=() start
	case $1 in
	-) ;;
	plain) options=(--plain) ;;
	*) options=("--no=$1") ;;
	esac
	shift
	start=${EPOCHREALTIME/./}
	perf stat -x, -o counts -e task-clock,page-faults,raw_syscalls:sys_enter \
		"$RUN9" "${options[@]}" "$@" >/dev/null 2>&1
	awk -F, -v us=$((${EPOCHREALTIME/./} - start)) '
		NF > 3 {n[++k] = $1}
		END {print us, n[1]+0, n[2]+0, n[3]+0}' counts
}

: >samples
# line name command ...
line() {
	local name=$1 r s
	shift
	[ -z "$lines" ] || [[ $lines == *" $name "* ]] || return
	echo "$name" >&2
	once - "$@" >/dev/null
	for ((r = 0; r < rounds; r++)); do
		echo "$name $r first $(once - "$@")"
		for s in $switches; do
			echo "$name $r $s $(once "$s" "$@")"
		done
		echo "$name $r second $(once - "$@")"
	done >>samples
}
switches=$*
line spawn "$p9/spawn" spawn "$progs/true" 200
line spawn2 "$p9/spawn" -2 spawn2 "$progs/true" 200
line spawngo "$p9/spawn" spawngo "$T/hello" 25
line gofork "$T/fork" "$progs/true" 60
line call "$p9/call" 10000
line touch "$p9/touch" 16
line pingpong "$p9/pingpong" 2000
line hello "$progs/hello"
line shell "$progs/sh" -c "repeat 100 $progs/true"
line gofmt "$T/gofmt" -h

table() {
	echo "$2, without / with:"
	awk -v switches="$switches" -v field="$1" "$awk" samples
	echo
}
awk='
function sortn(v, n,  i, j, t) {
	for(i = 2; i <= n; i++)
		for(j = i; j > 1 && v[j] < v[j-1]; j--){ t = v[j]; v[j] = v[j-1]; v[j-1] = t }
}
# The median of ratios key l,s; err: about two standard errors of it, by the order statistics.
function median(l, s,  r, n, v, k) {
	n = 0
	for(r = 0; r in rounds; r++)
		if((l, r, s) in t && t[l, r, s] > 0 && t[l, r, "first"] > 0 && t[l, r, "second"] > 0)
			v[++n] = s == "second" ? t[l, r, "second"] / t[l, r, "first"] : \
				2 * t[l, r, s] / (t[l, r, "first"] + t[l, r, "second"])
	err = -1
	if(n == 0) return 0
	sortn(v, n)
	k = int(n/2 - sqrt(n)); if(k < 1) k = 1
	err = (v[n+1-k] - v[k]) / 2
	return n % 2 ? v[(n+1)/2] : (v[n/2] + v[n/2+1]) / 2
}
function mark(m) { return m-1 > err + 0.02 ? "*" : 1-m > err + 0.02 ? "!" : " " }
{ t[$1, $2, $3] = $field; rounds[$2]; if(!($1 in seen)){ seen[$1]; name[++nl] = $1 } }
END {
	printf "%-14s", "off"
	for(i = 1; i <= nl; i++) printf " %9s", name[i]
	printf "\n%-14s", "noise"
	for(i = 1; i <= nl; i++){ m = median(name[i], "second"); printf "  +-%6.3f", err + (m > 1 ? m-1 : 1-m) }
	print ""
	ns = split(switches, sw, " ")
	for(j = 1; j <= ns; j++){
		printf "%-14s", sw[j]
		for(i = 1; i <= nl; i++){
			m = median(name[i], sw[j])
			if(m == 0) printf " %9s", "-"
			else printf " %8.2f%s", m, mark(m)
		}
		print ""
	}
}'
{
date -u '+%F %H:%M UTC, by bench/switches.sh'
echo "$(uname -sr), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
echo "$("$RUN9" --version 2>&1 | head -1); $rounds rounds, load $(cut -d' ' -f1 /proc/loadavg) at the end"
echo '*: more without it, !: less, by more than the uncertainty of the median and 0.02'
echo
table 4 time
table 5 'processor time'
table 6 'page faults'
table 7 'host calls'
} | tee "$FIGURES"
