#!/bin/bash
# Go's standard library tests itself for Plan 9: test/go/std.sh [package ...]
#
# Without names the short list, with go test's -short; with LONG=1 in the environment the whole
# list, at full length. The name x/... is all packages below x too, and std all that have tests for
# Plan 9. SWITCHES has options for run9: --plain. known-failures says which tests a real Plan 9
# fails too, and why. GO=file is the go command to use. SHARD=i/n takes the i-th of n parts of the
# packages. SAVE=file keeps the results of each package in a file, and leaves out what the file has
# already; file.asked has the names of all. NATIVE=1 runs the same on Linux without run9, for its times
# alone.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
native=
[ "${NATIVE:-0}" = 0 ] || native=1

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
# shellcheck disable=SC2046
[ "$*" != std ] || set -- $(cd "$gosrc" && find . -mindepth 1 -maxdepth 1 -type d \
	! -name cmd ! -name vendor ! -name testdata -printf '%f/...\n' | sort)
export GOOS=plan9 GOARCH=amd64

# The go command does not look for x/... behind the symbolic link that Debian's src is.
for p; do
	case $p in
	*/...)
		p=${p%/...}
		if [ ! -d "$gosrc/$p" ]; then
			echo "std: no package $p" >&2
			exit 1
		fi
		# and which have something for Plan 9: runtime/cgo has itself, which cannot be linked
		(set -o pipefail
			cd "$gosrc" || exit 1
			find "$p" -name testdata -prune -o -path runtime/cgo -prune -o -name '*_test.go' \
				-printf '%h\n' | sort -u |
			xargs -r go list -e -f \
				'{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}') || exit 1
		;;
	*) echo "$p" ;;
	esac
done >"$T/all" || exit 1
shard <"$T/all" >"$T/packages" || exit 1
GOOS=linux gobuild linux "$T/results" results || exit 1
asked "$T/packages"
mapfile -t packages < <(grep -vxF -f "$T/ended" "$T/packages")
save=(${SAVE:+-save "$SAVE" -of ${#packages[@]}})

# The go command there is runs on Linux. Tests that would use one to build
# something skip themselves when this is set: internal/testenv.
export GO_GCFLAGS=none
# A Plan 9 session has these.
mkdir -p "$T/home"
export home=$T/home user=${USER:-$(id -un)} cputype=amd64 objtype=amd64

mkdir -p "$T/plan9/pkg"
# A package that hangs tells by QUIT what its processes do, before its time is over.
plan9="timeout --foreground -s QUIT $((limit - 20)) '$RUN9' ${SWITCHES:-}"

# Until Go 1.19 there are compiled packages, which the tests of these import.
for p in "${packages[@]}"; do
	case $p in
	runtime | go/types | go/internal/gcimporter)
		[ "$gominor" -lt 20 ] && [ -z "$native" ] || break
		go install -pkgdir "$T/plan9/pkg/plan9_amd64" std || exit 1
		plan9="$plan9 -b '$T/plan9/pkg:$(go env GOROOT)/pkg:a'"
		break
		;;
	esac
done

# One folder for all temporary files of the tests, so that they go
# with T whatever a test leaves.
mkdir -p "$T/tmp"
cd "$gosrc" || exit 1
export GOTMPDIR=$T/tmp TMPDIR=$T/tmp
if [ -n "$native" ]; then
	export GOOS=linux
	gotest() { go test "$@"; }
else
	gotest() { go test -exec "$plan9" "$@"; }
fi

# known tag package: its tests that known-failures lists with that tag
known() {
	[ -n "$native" ] || results -tagged "$1" | awk -v p="$2" '$1 == p {print $2}'
}

# A known failure that panics takes with it what would run after it: run those tests by
# themselves, and the others of the package by name.
gopackage() {
	local p=$1 names t
	shift
	known panics "$p" >"$T/crashes"
	if [ ! -s "$T/crashes" ]; then
		gotest "${flags[@]}" "$@" "$p"
		return
	fi
	while read -r t; do
		gotest -vet=off -count=1 -tags=timetzdata -timeout 60s -run "^$t\$" "$p" >"$T/crash" 2>&1 </dev/null &&
			t="\"pass\",\"Test\":\"$t\"" || t="\"fail\",\"Test\":\"$t\""
		echo "{\"Package\":\"$p\",\"Action\":$t}"
	done <"$T/crashes"
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
[ -n "$native" ] || results -tagged hangs | cut -d' ' -f1 >"$T/hangs"
[ -n "$native" ] || results -tagged panics | cut -d' ' -f1 >"$T/panics"
touch "$T/hangs" "$T/panics"
for p in "${packages[@]}"; do
	if grep -qxF "$p" "$T/hangs"; then
		hanging+=("$p")
	elif grep -qxF "$p" "$T/panics"; then
		partly+=("$p")
	else
		whole+=("$p")
	fi
done
judge() {
	if [ -n "$native" ]; then
		"$T/results" -quiet "$@" || true
	else
		results "$@"
	fi
}
{
	[ ${#whole[@]} -eq 0 ] || gotest "${flags[@]}" "${whole[@]}"
	for p in "${partly[@]}"; do gopackage "$p"; done
	for p in "${hanging[@]}"; do mayhang "$p"; done
} 2>&1 | judge "${save[@]}" "${packages[@]}"
