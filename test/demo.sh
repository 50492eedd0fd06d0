#!/bin/bash
# Show run9 at work: Go's own gofmt, built for Plan 9, over Go's whole source
# tree, against the native gofmt built from the same source. make demo calls it.
#
# Twice: once as one process that walks the tree, and once with a process for
# each folder, which is what the image cache is for. Standard output, complaints
# (some of the tree's test data is not Go, on purpose) and exit status must be
# the same, byte for byte. DEMO_TREE names another tree.
set -u
cd "$(dirname "$0")/.." || exit 1
test/setup.sh demo || exit 1
if [ -z "${RUN9:-}" ]; then
	make -s || exit 1
fi
# shellcheck source=test/go/env.sh
. test/go/env.sh
cd "$T" || exit 1
tree=${DEMO_TREE:-$gosrc}

echo "building gofmt for Plan 9 and for Linux from $gosrc/cmd/gofmt"
for os in plan9 linux; do
	gobuild $os "$T/gofmt.$os" cmd/gofmt || exit 1
	gobuild $os "$T/fmtall.$os" fmtall || exit 1
done
gobuild plan9 "$T/hello" hello || exit 1

show() { echo; echo "\$ $*" | sed "s,$T/,,g; s,$RUN9,run9,g"; }
# timed name command ...: output to name.out and name.err, time in $ms
timed() {
	local name=$1 start
	shift
	start=$(now)
	"$@" >"$name.out" 2>"$name.err" </dev/null
	status=$?
	ms=$(($(now) - start))
}
bad=0
# verdict a b: what two runs wrote is the same
verdict() {
	local what
	for what in out err status; do
		if ! cmp "$1.$what" "$2.$what"; then
			bad=1
			diff "$1.$what" "$2.$what" | head -5
		fi
	done
}

show "$RUN9" "$T/hello"
"$RUN9" "$T/hello" || bad=1

files=$(find "$tree" -name '*.go' -type f | wc -l)
bytes=$(find "$tree" -name '*.go' -type f -print0 | xargs -0 cat | wc -c)
echo
echo "$tree: $files files of Go, $bytes bytes"

show "$T/gofmt.linux" "$tree"
timed native "$T/gofmt.linux" "$tree"
echo $status >native.status
nativems=$ms
echo "$(wc -c <native.out) bytes of Go, $(wc -l <native.err) complaints," \
	"status $status, $ms ms"

show "$RUN9" "$T/gofmt.plan9" "$tree"
timed plan9 "$RUN9" "$T/gofmt.plan9" "$tree"
echo $status >plan9.status
echo "$(wc -c <plan9.out) bytes of Go, $(wc -l <plan9.err) complaints," \
	"status $status, $ms ms"
plan9ms=$ms
verdict native plan9
[ $bad -eq 0 ] && echo "the same, byte for byte"

show "$T/fmtall.linux" "$T/gofmt.linux" "$tree"
timed nativeall "$T/fmtall.linux" "$T/gofmt.linux" "$tree"
echo $status >nativeall.status
nativeallms=$ms
echo "$(tail -1 nativeall.err), $ms ms"

show "$RUN9" --stats "$T/fmtall.plan9" "$T/gofmt.plan9" "$tree"
timed plan9all "$RUN9" --stats "$T/fmtall.plan9" "$T/gofmt.plan9" "$tree"
echo $status >plan9all.status
# fmtall's last line ends the program's own words; statistics follow.
sed -n '/^fmtall: [0-9]* runs of gofmt/,$p' plan9all.err | sed 1d >stats
sed '/^fmtall: [0-9]* runs of gofmt/q' plan9all.err >own && mv own plan9all.err
echo "$(tail -1 plan9all.err), $ms ms"
verdict nativeall plan9all
[ $bad -eq 0 ] && echo "the same, byte for byte"
echo
echo "statistics of that run:"
sed 's/^/	/' stats
[ -s stats ] || { echo "	none were printed"; bad=1; }

echo
awk -v a="$nativems" -v b="$plan9ms" -v c="$nativeallms" -v d="$ms" 'BEGIN {
	printf "%-28s %10s %10s %7s\n", "gofmt over the tree", "Linux", "run9", "ratio"
	printf "%-28s %7d ms %7d ms %7.2f\n", "one process", a, b, b/a
	printf "%-28s %7d ms %7d ms %7.2f\n", "a process for each folder", c, d, d/c
}'
if [ $bad -ne 0 ]; then
	echo "demo: run9 and Linux do not agree"
	exit 1
fi
echo "all output is the same as Linux's, byte for byte"
