#!/bin/bash
# Run fuzz targets: test/fuzz/run.sh program ...
#
# Each runs for FUZZTIME seconds from the inputs in test/fuzz/X.seed, if there
# are any, with the options in ARGS_X. A program passes if nothing broke it; an input that
# did is kept beside it. The corpus is not kept: a run depends on nothing but
# the tree and its seed, which is printed when something breaks.
set -u

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

passed=0 failed=0
for prog; do
	name=$(basename "$prog" _fuzz)
	args=ARGS_$name
	mkdir -p "$tmp/$name"
	seeds=
	[ -d "test/fuzz/$name.seed" ] && seeds=test/fuzz/$name.seed
	# shellcheck disable=SC2086
	if "$prog" -max_total_time="${FUZZTIME:-60}" -timeout=30 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$(dirname "$prog")/$name-" \
		${!args:-} "$tmp/$name" $seeds >"$tmp/log" 2>&1; then
		passed=$((passed + 1))
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tmp/log")
		echo "$name: $runs inputs, none broke it"
	else
		failed=$((failed + 1))
		grep -v '^#' "$tmp/log"
		echo "$name: broken"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
