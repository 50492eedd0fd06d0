#!/bin/bash
# Go's standard library tests itself for Plan 9: test/go/std.sh [package ...]
#
# Without names the short list, with go test's -short; with LONG=1 in the
# environment the whole list, at full length. SWITCHES has options for run9: --plain.
# known-failures says which tests a real Plan 9 fails too, and why.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

# timetzdata: the tests of time want zone files, which Debian's Go has not.
flags=(-vet=off -count=1 -json -tags=timetzdata)
list="packages-short"
if [ $# -gt 0 ]; then
	flags+=(-timeout 10m)
elif [ -n "${LONG:-}" ]; then
	list="packages"
	flags+=(-timeout 60m)
else
	flags+=(-timeout 5m)
fi
[ -n "${LONG:-}" ] || flags+=(-short)
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(sed 's/#.*//' "$top/test/go/$list")

# The go command does not look for x/... behind the symbolic link that Debian's
# src is.
packages=()
for p; do
	case $p in
	*/...)
		p=${p%/...}
		if [ ! -d "$gosrc/$p" ]; then
			echo "std: no package $p" >&2
			exit 1
		fi
		mapfile -t -O ${#packages[@]} packages < <(cd "$gosrc" &&
			find "$p" -name testdata -prune -o -name '*_test.go' \
				-printf '%h\n' | sort -u)
		;;
	*) packages+=("$p") ;;
	esac
done

gobuild linux "$T/results" results || exit 1

# The go command there is runs on Linux. Tests that would use one to build
# something skip themselves when this is set: internal/testenv.
export GO_GCFLAGS=none
# A Plan 9 session has these.
mkdir -p "$T/home"
export home=$T/home user=${USER:-$(id -un)} cputype=amd64 objtype=amd64

# And a Plan 9 system these: tests look at some files that are always there,
# and start pwd. The host's folders of these names stay visible.
mkdir -p "$T/plan9/bin" "$T/plan9/lib/ndb" "$T/plan9/sys/lib/tls" "$T/plan9/pkg"
cp "$gosrc/crypto/x509/testdata/test-dir.crt" "$T/plan9/sys/lib/tls/ca.pem"
echo 'database=' >"$T/plan9/lib/ndb/local"
echo 'tcp=echo port=7' >"$T/plan9/lib/ndb/common"
gobuild plan9 "$T/plan9/bin/pwd" pwd || exit 1
plan9="$RUN9 ${SWITCHES:-} -b $T/plan9/bin:/bin:b -b $T/plan9/lib:/lib:a -b $T/plan9/sys:/sys:a"

# So does Go on it: compiled packages, which the tests of these import.
for p in "${packages[@]}"; do
	case $p in
	runtime | go/types | go/internal/gcimporter)
		GOOS=plan9 GOARCH=amd64 go install -pkgdir "$T/plan9/pkg/plan9_amd64" \
			std || exit 1
		plan9="$plan9 -b $T/plan9/pkg:$(go env GOROOT)/pkg:a"
		break
		;;
	esac
done

# One folder for all temporary files of the tests, so that they go
# with T whatever a test leaves.
mkdir -p "$T/tmp"
cd "$gosrc" || exit 1
export GOTMPDIR=$T/tmp TMPDIR=$T/tmp
gotest() { GOOS=plan9 GOARCH=amd64 go test -exec "$plan9" "$@"; }

# A known failure that panics takes with it what would run after it: leave those
# tests out, and run the others of the package by name.
crashes() { awk -v p="$1" '$1 == p && $3 == "panics:" {print $2}' "$top/test/go/known-failures"; }
whole=() partly=()
for p in "${packages[@]}"; do
	if [ -n "$(crashes "$p")" ]; then
		partly+=("$p")
	else
		whole+=("$p")
	fi
done
{
	[ ${#whole[@]} -eq 0 ] || gotest "${flags[@]}" "${whole[@]}"
	for p in "${partly[@]}"; do
		crashes "$p" >"$T/crashes"
		names=$(gotest -vet=off -tags=timetzdata -list . "$p" |
			grep -E '^(Test|Example|Fuzz)' | grep -vxF -f "$T/crashes" | paste -sd'|')
		gotest "${flags[@]}" -run "^($names)\$" "$p"
	done
} 2>&1 | "$T/results" -known "$top/test/go/known-failures"
