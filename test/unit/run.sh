#!/bin/bash
# Run test programs: test/unit/run.sh program ...
#
# Each is a cmocka program; ARGS are given to all. A line is printed for each,
# its whole output if it fails, and at the end the sum. A program that dies,
# ends early or ends badly without naming a failed test counts as one failure.
# TIMEOUT seconds are enough for any of them; it is there to end a deadlock.
set -u

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# TSan wants its shadow where randomised addresses may be already.
norandom=
setarch -R true 2>/dev/null && norandom='setarch -R'

export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1 second_deadlock_stack=1}

passed=0 failed=0
for prog; do
	run=
	case $prog in */thread/*) run=$norandom ;; esac
	# shellcheck disable=SC2086
	timeout -k 5 "${TIMEOUT:-600}" $run "$prog" ${ARGS:-} >"$log" 2>&1
	status=$?
	read -r plan p f < <(awk '
		/^1\.\.[0-9]+$/ { plan += substr($0, 4) }
		/^ok / { p++ }
		/^not ok / { f++ }
		END { print plan+0, p+0, f+0 }' "$log")
	[ "$plan" -eq 0 ] && [ "$f" -eq 0 ] && f=1
	[ $((p + f)) -lt "$plan" ] && f=$((f + 1))
	[ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
	passed=$((passed + p)) failed=$((failed + f))
	if [ "$f" -ne 0 ]; then
		cat "$log"
		echo "$prog: status $status"
	fi
	echo "$prog: $p passed, $f failed"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
