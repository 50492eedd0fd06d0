#!/bin/bash
# The go command under run9 builds a program twice: with GOROOT's files of the host, and with those
# that another instance serves by 9P. The two programs are the same, byte for byte:
# test/go/build9p.sh
#
# Both times GOROOT is /n/go, and nothing that was built is cached before.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

root=$T/goroot
mkdir -p "$root/pkg/tool/plan9_amd64" "$root/bin" "$T/src" "$T/tmp"
ln -s "$gosrc" "$root/src"
ln -s "$gosrc/../pkg/include" "$root/pkg/include"
cp "$(go env GOROOT)/VERSION" "$root/"
for t in compile asm link buildid; do
	gobuild plan9 "$root/pkg/tool/plan9_amd64/$t" cmd/$t || exit 1
done
gobuild plan9 "$root/bin/go" cmd/go || exit 1
cp -r "$top/test/go/hello/." "$T/src"

# build name option ...: with run9's options, into $T/name/program
build() {
	local name=$1 start
	shift
	mkdir -p "$T/$name/cache"
	start=$(now)
	timeout -k 5 900 "$RUN9" "$@" -c "$T/src" -e GOROOT=/n/go -e GOCACHE="$T/$name/cache" \
		-e GOPATH="$T/gopath" -e GOTMPDIR="$T/tmp" -e home="$T" \
		/n/go/bin/go build -buildvcs=false -o "$T/$name/program" . >"$T/$name/log" 2>&1 </dev/null
	status=$?
	took=$(($(now) - start))
	[ $status -eq 0 ] && pass || { cat "$T/$name/log"; fail "$name: status $status"; }
}

build host -b "$root:/n/go"
hosttook=$took
"$RUN9" --export "$T/sock=$root" >"$T/export" 2>&1 </dev/null &
exporter=$!
trap 'kill "$exporter" 2>/dev/null; rm -rf "$T"' EXIT
until [ -S "$T/sock" ]; do
	kill -0 $exporter 2>/dev/null || { cat "$T/export"; exit 1; }
	sleep 0.05
done
build served --mount "$T/sock=/n/go:C"
kill $exporter
wait $exporter

same 'the program' "$T/host/program" "$T/served/program"
first=$("$RUN9" "$T/served/program" 2>&1 | head -1)
[[ $first == 'hello, world'* ]] && pass || fail "the program does not run: $first"
echo "go build: host files $hosttook ms, by 9P $took ms"
total
