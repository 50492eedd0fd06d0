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
list="packages-short" limit=300
if [ $# -gt 0 ]; then
	limit=600
fi
if [ -n "${LONG:-}" ]; then
	list="packages" limit=3600
fi
flags+=(-timeout "${limit}s")
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
		# and which have something for Plan 9
		mapfile -t -O ${#packages[@]} packages < <(cd "$gosrc" &&
			find "$p" -name testdata -prune -o -name '*_test.go' \
				-printf '%h\n' | sort -u |
			GOOS=plan9 GOARCH=amd64 xargs go list -e -f \
				'{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}')
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

mkdir -p "$T/plan9/pkg"
# A package that hangs tells by QUIT what its processes do, before its time is over.
plan9="timeout --foreground -s QUIT $((limit - 20)) $RUN9 ${SWITCHES:-}"

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

# known tag package: the lines of known-failures whose reason starts with "tag:"
known() { awk -v t="$1:" -v p="$2" '$1 == p && $3 == t {print $2}' "$top/test/go/known-failures"; }

# A known failure that panics takes with it what would run after it: leave those
# tests out, and run the others of the package by name.
gopackage() {
	local p=$1 names
	shift
	known panics "$p" >"$T/crashes"
	if [ ! -s "$T/crashes" ]; then
		gotest "${flags[@]}" "$@" "$p"
		return
	fi
	names=$(gotest -vet=off -tags=timetzdata -list . "$p" |
		grep -E '^(Test|Example|Fuzz)' | grep -vxF -f "$T/crashes" | paste -sd'|')
	gotest "${flags[@]}" "$@" -run "^($names)\$" "$p"
}

# A package that may hang by a bug of Go's own runs by itself with a shorter limit.
# When a test's time ran out, and only then, it runs again, twice at most; the last
# run counts whatever it does.
mayhang() {
	local p=$1 run
	for run in 1 2 3; do
		gopackage "$p" -timeout 60s >"$T/events" 2>&1 && break
		grep -q '"Output":"panic: test timed out after' "$T/events" || break
		[ "$run" -eq 3 ] || echo "note: $p hung, as known-failures says that it may:" \
			"run $((run + 1))"
	done
	cat "$T/events"
}

whole=() partly=() hanging=()
for p in "${packages[@]}"; do
	if [ -n "$(known hangs "$p")" ]; then
		hanging+=("$p")
	elif [ -n "$(known panics "$p")" ]; then
		partly+=("$p")
	else
		whole+=("$p")
	fi
done
{
	[ ${#whole[@]} -eq 0 ] || gotest "${flags[@]}" "${whole[@]}"
	for p in "${partly[@]}"; do gopackage "$p"; done
	for p in "${hanging[@]}"; do mayhang "$p"; done
} 2>&1 | "$T/results" -known "$top/test/go/known-failures" "${packages[@]}"
