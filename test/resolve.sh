#!/bin/bash
# run9-resolve, with sanitizers, by a 9P client and name servers on loopback.
#
#	OUT=out test/resolve.sh [case ...]      (cases of test/nine/resolve.py)
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$top" || exit 1
out=${OUT:-out}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

make -s helpers HELPSAN=address,undefined OUT="$out" RUN9="$work/run9" || exit 1
said=$(ASAN_OPTIONS=detect_leaks=1 python3 test/nine/resolve.py "$work/run9-resolve" "$@")
printf '%s\n' "$said" | grep -v '^ok '
passed=$(printf '%s\n' "$said" | grep -c '^ok ')
failed=$(printf '%s\n' "$said" | grep -c '^FAIL')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
