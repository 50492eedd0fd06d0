#!/bin/bash
# Check the models: model/run.sh [-l] [-j jobs] [pattern]
#
# Each line of model/runs is a run of Spin over a model with some switches. A
# run of the protocol as it is must find nothing; a run with a mistake put back
# (M_...) must find it, and by the complaint that is written there, so that a
# model that fails for another reason is noticed. A run that takes longer than the
# guard has failed. Prints a table with the states of each run.
#
#	-l        the long runs too, which want more time and memory (or LONG=1)
#	OUT=dir   verifiers are made there, and stay for runs that failed (default out)
set -u
cd "$(dirname "$0")" || exit 1
jobs=2
long=${LONG:-}
while getopts lj: o; do
	case $o in
	l) long=1 ;;
	j) jobs=$OPTARG ;;
	*) echo "usage: model/run.sh [-l] [-j jobs] [pattern]" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
for c in spin tcc; do
	command -v $c >/dev/null || { echo "model: $c is missing" >&2; exit 1; }
done
out=${OUT:-../out}
case $out in /*) ;; *) [ -n "${OUT:-}" ] && out=../$out ;; esac
mkdir -p "$out/model" && out=$(cd "$out/model" && pwd) || exit 1
models=$PWD
guard=900 memory=2500
[ -n "$long" ] && guard=3600 memory=8000

trim() { sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//' <<<"$1"; }

# one name model switches build search want: a run; its line into $out/name.line
one() {
	local name=$1 model=$2 switches=$3 build=$4 search=$5 want=$6
	local d=$out/$name verdict found states depth time how=
	rm -rf "$d"
	mkdir -p "$d"
	cp "$models"/*.pml "$d/" && cd "$d" || return 1
	# most are over sooner than gcc would be, optimizing or not
	local cc=tcc
	[[ $build = *-O* ]] && cc=${CC:-gcc}
	[ "$want" = ok ] || search="-w18 $search"
	# shellcheck disable=SC2086
	if ! spin $switches -a "$model" >log 2>&1 ||
		! $cc -w -DMEMLIM=$memory $build -o pan pan.c >>log 2>&1; then
		verdict='DOES NOT BUILD'
		sed 's/^/	/' log | head -5
	else
		timeout $guard ./pan $search >out 2>&1 </dev/null
		[ $? -eq 124 ] && echo 'pan: out of time' >>out
		verdict=
	fi
	found=$(sed -nE 's/^pan:[0-9]+: (.*) \(at depth [0-9]+\)$/\1/p' out 2>/dev/null | head -1)
	states=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' out 2>/dev/null | head -1)
	depth=$(sed -nE 's/.*depth reached ([0-9]+).*/\1/p' out 2>/dev/null | head -1)
	time=$(sed -nE 's/^pan: elapsed time ([0-9.e+-]+).*/\1/p' out 2>/dev/null)
	[[ $build = *BITSTATE* ]] && how=' (a sample)'
	if [ -n "$verdict" ]; then
		:
	elif [ "$want" = ok ]; then
		if [ -n "$found" ]; then
			verdict="FAILED: $found"
		elif grep -qE 'out of (time|memory)|max search depth too small|reached -DMEMLIM|aborted' out ||
			! grep -qE 'errors: 0$' out; then
			verdict='FAILED: the search did not finish'
		else
			verdict="holds$how"
		fi
	elif [ -z "$found" ]; then
		verdict='FAILED: the mistake was not found'
	elif [[ $found =~ $want ]]; then
		verdict="found: $found"
	else
		verdict="FAILED: found another: $found"
	fi
	printf '%-20s %10s %7s %8s  %s\n' "$name" "${states:--}" "${depth:--}" \
		"${time:--}" "${verdict:0:100}" >"$out/$name.line"
	case $verdict in
	FAILED*) ;;	# spin -t -p shows how it came about
	*) rm -rf "$d" ;;
	esac
}

names=()
while IFS='|' read -r name model switches build search want; do
	case $name in ''|'#'*) continue ;; esac
	name=$(trim "$name")
	case $name in
	+*)
		[ -n "$long" ] || continue
		name=${name#+} ;;
	esac
	[[ $name =~ ${1:-.} ]] || continue
	names+=("$name")
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	rm -f "$out/$name.line"
	one "$name" "$(trim "$model")" "$(trim "$switches")" "$(trim "$build")" \
		"$(trim "$search")" "$(trim "$want")" &
done <runs
wait

passed=0 failed=0
printf '%-20s %10s %7s %8s  %s\n' run states depth seconds result
for name in "${names[@]}"; do
	line=$(cat "$out/$name.line" 2>/dev/null) || line="$name FAILED: no result"
	rm -f "$out/$name.line"
	echo "$line"
	case $line in
	*FAILED*|*'DOES NOT'*) failed=$((failed + 1)) ;;
	*) passed=$((passed + 1)) ;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
