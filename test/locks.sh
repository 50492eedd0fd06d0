#!/bin/sh
# doc/locks.md names the locks of kernel/sync/rank.h, in the same order.
cd "$(dirname "$0")/.." || exit 1
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
sed -n 's/.*RANK(R[a-z]*, "\([^"]*\)".*/\1/p' kernel/sync/rank.h | grep -v "^a test's" >"$t/rank"
sed -n 's/^| `\([^`]*\)` |.*/\1/p' doc/locks.md >"$t/doc"
if [ -s "$t/rank" ] && diff "$t/rank" "$t/doc"; then
	echo '1 passed, 0 failed'
else
	echo 'FAIL doc/locks.md and kernel/sync/rank.h differ'
	echo '0 passed, 1 failed'
	exit 1
fi
