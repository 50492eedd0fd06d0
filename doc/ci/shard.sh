#!/bin/sh
# The i-th of n parts, i from 0, of the tests of a Go module, for Plan 9:
#
#	sh shard.sh i n [-flag ...] [package ...]
#
# go_plan9_amd64_exec is on PATH (make install). Every test, example and fuzz target with seeds is in
# one part; the parts are as even as their numbers of tests. Flags are go test's: -short, -count=1.
set -eu
i=$1 n=$2
shift 2
export GOOS=plan9 GOARCH=amd64
flags=
while [ $# -gt 0 ]; do
	case $1 in
	-*) flags="$flags $1" ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || set -- ./...
list=$(go test -list . "$@") || { printf '%s\n' "$list"; exit 1; }
# The names come first, then "ok package time": package name
part=$(printf '%s\n' "$list" | awk -v i="$i" -v n="$n" '
	/^(Test|Example|Fuzz)/ {name[++k] = $1; next}
	/^ok/ {for(j = 1; j <= k; j++) if(m++ % n == i) print $2, name[j]; k = 0}
	/^\?/ {k = 0}')
status=0
for p in $(printf '%s\n' "$part" | cut -d' ' -f1 | uniq); do
	run=$(printf '%s\n' "$part" | awk -v p="$p" '$1 == p {r = r "|" $2} END {print substr(r, 2)}')
	# flags are words of their own
	# shellcheck disable=SC2086
	go test $flags -run "^($run)\$" "$p" || status=1
done
exit $status
