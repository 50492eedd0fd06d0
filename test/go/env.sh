# Sourced by the scripts of this folder: the Go tools, a folder T that is
# removed at the end, and the program to test, RUN9, by its absolute path.
# shellcheck shell=bash
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

RUN9=${RUN9:-$top/run9}
case $RUN9 in /*) ;; *) RUN9=$PWD/$RUN9 ;; esac
if [ ! -x "$RUN9" ]; then
	echo "$0: no program to test at $RUN9; make builds one" >&2
	exit 1
fi
export RUN9

# GO names another go command, of any version.
if [ -n "${GO:-}" ]; then
	if [ "${GO##*/}" != go ] || [ ! -x "$GO" ]; then
		echo "$0: GO=$GO is no go command" >&2
		exit 1
	fi
	PATH=$(cd "$(dirname "$GO")" && pwd):$PATH
	export PATH
fi
if ! command -v go >/dev/null; then
	echo "$0: no go; test/setup.sh installs it" >&2
	exit 1
fi
# The standard toolchain alone, off the network, whatever the user's settings.
export GOFLAGS='' GO111MODULE=on GOPROXY=off GOSUMDB=off GOWORK=off
export GOTOOLCHAIN=local GOENV=off CGO_ENABLED=0
export GOCACHE=${GOCACHE:-$top/out/go-cache}
export GOPATH=$top/out/go # never written: no module is fetched
mkdir -p "$GOCACHE"
# Debian's source tree is behind symbolic links; a Plan 9 program sees where
# it really is, so name it so to both sides.
# shellcheck disable=SC2034
gosrc=$(cd "$(go env GOROOT)/src" && pwd -P)
# shellcheck disable=SC2034
gominor=$(go env GOVERSION | sed -E 's/^go1\.([0-9]+).*/\1/')

# What holds here, for the lines of known-failures that need it: results/known.go.
where() {
	local w=go1.$gominor
	[ "$(id -u)" -ne 0 ] || w=$w,root
	[ ! -L "$(go env GOROOT)/src" ] || w=$w,debian
	[ -n "${LONG:-}" ] && w=$w,long || w=$w,short
	echo "$w"
}
# results option ...: test/go/results, with the known failures that hold here
results() { "$T/results" -known "$top/test/go/known-failures" -where "$(where)" "$@"; }
# asked file: the packages of the file, a line each, are to run. $SAVE.asked notes them, and $T/ended has
# those whose results $SAVE has already.
asked() {
	: >"$T/ended"
	[ -n "${SAVE:-}" ] || return 0
	cat "$1" >>"$SAVE.asked"
	[ ! -e "$SAVE" ] || "$T/results" -ended "$SAVE" >"$T/ended"
}
# SHARD=i/n: the lines of the input that the i-th of n parts has, i from 1
shard() {
	local i=${SHARD:-1/1} n
	n=${i#*/} i=${i%/*}
	if ! [[ $i =~ ^[1-9][0-9]*$ && $n =~ ^[1-9][0-9]*$ && $i -le $n ]]; then
		echo "$0: SHARD=$SHARD is not i/n" >&2
		return 1
	fi
	awk -v i="$i" -v n="$n" '(NR - 1) % n == i - 1'
}

if [ -n "${T:-}" ]; then
	T=$(cd "$T" && pwd -P)
else
	T=$(mktemp -d) || exit 1
	T=$(cd "$T" && pwd -P)
	trap 'rm -rf "$T"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' HUP TERM
fi

# gobuild plan9|linux out package|folder-of-test/go
# gobuild plan9|linux folder/ package ...: one go command takes half the time of one for each
gobuild() {
	local os=$1 out=$2 what=$3
	shift 2
	if [ -d "$top/test/go/$what" ]; then
		(cd "$top/test/go/$what" &&
			GOOS=$os GOARCH=amd64 go build -trimpath -o "$out" .)
	else
		GOOS=$os GOARCH=amd64 go build -trimpath -o "$out" "$@"
	fi
}

# The host processes that run a program in $T: their files of /proc.
ours() { find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$T/*" 2>/dev/null; }

now() { echo $((${EPOCHREALTIME/./} / 1000)); } # ms

passed=0 failed=0
pass() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}
# same what a b: files a and b are equal byte for byte
same() {
	if cmp "$2" "$3"; then
		pass
	else
		fail "$1 differs"
	fi
}
total() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
