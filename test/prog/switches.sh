#!/bin/sh
# Run test programs with each of run9's switches off in turn: a few programs, or with LONG=1
# all of them.
#
#	RUN9=./run9 OUT=out test/prog/switches.sh [name ...]
#
# Prints what failed, and "N passed, N failed" last.

: "${RUN9:=./run9}" "${OUT:=out}"
export RUN9 OUT

if [ $# = 0 ] && [ -z "$LONG" ]; then
	set -- cowtest exectest forktest growtest memtest pipetest smalltest
fi
switches=$("$RUN9" --no= 2>&1 | sed -n 's/.*there are://p' | sed 's/(.*//')
pass=0
bad=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM
for s in $switches; do
	SWITCHES=--no=$s "$(dirname "$0")/run.sh" "$@" >"$log" 2>&1
	sed -n '$!s/^/'"$s: /p" "$log" | grep -v 'not run'
	# shellcheck disable=SC2046
	set -- $(tail -1 "$log" | sed 's/ passed, / /; s/ failed//') -- "$@"
	pass=$((pass + $1))
	bad=$((bad + $2))
	shift 3
done
echo "$pass passed, $bad failed"
[ "$bad" = 0 ] && [ "$pass" != 0 ]
