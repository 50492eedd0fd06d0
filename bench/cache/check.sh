#!/bin/bash
# Is every protocol that the benchmark compares one? bench/cache/check.sh
#
# A storm under ThreadSanitizer for each: wrong texts, broken invariants, what is left at
# the end, and data races fail it. So it stays true that the older ones differ
# in speed only.
set -u
cd "$(dirname "$0")/../.." || exit 1
out=${OUT:-out}/cachecheck
make -s cachebench CACHESAN=-fsanitize=thread OUT="$out" || exit 1
# TSan wants its shadow where randomised addresses may be already.
norandom=
setarch -R true 2>/dev/null && norandom='setarch -R'
ms=1500
[ -n "${LONG:-}" ] && ms=20000
passed=0 failed=0
for p in old 2025 run9; do
	# shellcheck disable=SC2086
	if TSAN_OPTIONS=halt_on_error=1 timeout -k 5 120 $norandom \
		"$out/bench/cache/$p" -s -m $ms; then
		passed=$((passed + 1))
	else
		echo "storm of $p: status $?"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
