#!/bin/bash
# What locks cost a program: bench/locks.sh run9 [-n lines] prog [arg ...]
#
# run9 is a program made by make LOCKSTATS=1. It is run with --stats, and the
# places that took locks are listed, named by their function and line, those
# with most acquisitions first.
set -u
if [ $# -lt 2 ]; then
	echo "usage: bench/locks.sh run9 [-n lines] prog [arg ...]" >&2
	exit 2
fi
run9=$1 lines=20
shift
if [ "$1" = -n ]; then
	lines=$2
	shift 2
fi
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
"$run9" --stats "$@" 2>"$out" >/dev/null
status=$?
if ! grep -q '^lock ' "$out"; then
	echo "locks: status $status, and $run9 counts no locks" >&2
	exit 1
fi
# The place is a return address: a byte before it is inside the call.
grep '^lock ' "$out" | while read -r _ pc _; do printf '%#x\n' $((pc - 1)); done |
	addr2line -s -f -e "$run9" | paste - - >"$out.names"
printf '%9s %9s %9s %9s  %s\n' taken contended 'wait us' 'hold us' where
grep '^lock ' "$out" | paste - "$out.names" |
	awk '{printf "%9d %9d %9.0f %9.0f  %s %s\n", $4, $6, $8/1000, $10/1000, $11, $12
		t += $4; c += $6; w += $8; h += $10}
	END {printf "%9d %9d %9.0f %9.0f  all\n", t, c, w/1000, h/1000}' |
	sort -rn | head -n "$lines"
rm -f "$out.names"
