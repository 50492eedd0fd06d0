#!/bin/bash
# Run fuzz targets: test/fuzz/run.sh program ...
#
# Each runs for FUZZTIME seconds from the inputs in test/fuzz/X.seed, if there
# are any, with the options in ARGS_X; as many run at once as there are processors.
# A program passes if nothing broke it; an input that did is kept beside it. The
# corpus is not kept: a run depends on nothing but the tree and its seed, which is
# printed when something breaks.
set -u

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# fuzz program: its line into $tmp/name.line, which says whether it passed
fuzz() {
	local name args seeds=
	name=$(basename "$1" _fuzz)
	args=ARGS_$name
	mkdir -p "$tmp/$name"
	[ -d "test/fuzz/$name.seed" ] && seeds=test/fuzz/$name.seed
	# shellcheck disable=SC2086
	if "$1" -max_total_time="${FUZZTIME:-60}" -timeout=30 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$(dirname "$1")/$name-" \
		${!args:-} "$tmp/$name" $seeds >"$tmp/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tmp/$name.log")
		echo "$name: $runs inputs, none broke it" >"$tmp/$name.line"
	else
		grep -v '^#' "$tmp/$name.log"
		echo "$name: broken" >"$tmp/$name.line"
	fi
}

for prog; do
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	fuzz "$prog" &
done
wait

passed=0 failed=0
for prog; do
	line=$(cat "$tmp/$(basename "$prog" _fuzz).line")
	echo "$line"
	case $line in
	*'none broke it') passed=$((passed + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
