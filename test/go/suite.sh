#!/bin/bash
# make go-suite: Go's whole standard library and the programs of its test directory, for plan9/amd64
# under run9: test/go/suite.sh [package ...]
#
# A line says how far it is. At the end there is a table, as text and as an HTML page, in
# $OUT/go-suite/VERSION: passed, failed, known failures and skipped tests of each package, its time
# and that of the same package on Linux. An unexpected failure fails, and an unexpected pass too.
# When it was interrupted, the next run goes on with the packages that had not ended.
#
#	GO=file     the go command, of any version from 1.19 on (default: go)
#	SHORT=1     go test's -short
#	SHARD=i/n   the i-th of n parts: its results are in VERSION.i-of-n
#	NATIVE=0    no times of Linux
#	FRESH=1     begin anew
#
# With packages, only those: test is all programs. suite.sh -join folder ... makes one report of
# several parts.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
export LONG=1
[ -z "${SHORT:-}" ] || LONG=
out=${OUT:-$top/out}
case $out in /*) ;; *) out=$top/$out ;; esac
version=$(go env GOVERSION)
dir=$out/go-suite/$version${SHORT:+-short}${SHARD:+.${SHARD/\//-of-}}
gobuild linux "$T/results" results || exit 1

# report folder ...: of the runs that are saved in the folders, to the last; its status is the verdict
report() {
	local f=() d status
	: >"$T/plan9"
	: >"$T/asked"
	: >"$T/broken"
	for d; do
		[ ! -e "$d/plan9" ] || cat "$d/plan9" >>"$T/plan9"
		[ ! -e "$d/plan9.asked" ] || cat "$d/plan9.asked" >>"$T/asked"
		[ ! -e "$d/broken" ] || sed "s,^,FAIL: $d: ," "$d/broken" >>"$T/broken"
		[ ! -e "$d/linux" ] || cat "$d/linux" >>"$T/linux"
	done
	[ ! -e "$T/linux" ] || f=("$T/linux")
	results -report -asked "$T/asked" -title "$version for plan9/amd64 under $("$RUN9" --version), $(date +%F)" \
		-html "${*: -1}/report.html" "$T/plan9" "${f[@]}" >"$T/report"
	status=$?
	# what a part says of its end is news where all its results are good
	if [ $status -eq 0 ] && [ -s "$T/broken" ]; then
		cat "$T/broken" >>"$T/report"
		status=1
	fi
	mv "$T/report" "${*: -1}/report.txt"
	cat "${*: -1}/report.txt"
	echo "the same in ${*: -1}/report.html"
	return $status
}
# allparts folder ...: they are the parts 1 to n, each once, and each has ended
allparts() {
	local d n
	for d; do
		if [ ! -e "$d/report.txt" ]; then
			echo "suite.sh: $d has no whole part: it has not ended" >&2
			return 1
		fi
	done
	n=$(cat "${@/%//part}" | cut -d/ -f2 | sort -u)
	if [ "$(cat "${@/%//part}" | sort)" != "$(seq 1 "$n" | sed "s,\$,/$n," | sort)" ]; then
		echo "suite.sh: not the parts 1 to n, each once: $(cat "${@/%//part}" | xargs)" >&2
		return 1
	fi
}
if [ "${1:-}" = -join ]; then
	shift
	[ $# -gt 0 ] || { echo "usage: suite.sh -join folder ..." >&2; exit 2; }
	allparts "$@" || exit 1
	mkdir -p "$out/go-suite/joined"
	touch "$out/go-suite/joined/plan9"
	report "$@" "$out/go-suite/joined"
	exit
fi

# What an earlier run saved counts if it was of the same.
stamp=$(sha256sum "$RUN9" | cut -d' ' -f1)" $version ${SWITCHES:-} $*"
if [ -n "${FRESH:-}" ] || [ -e "$dir/report.txt" ] || [ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ]; then
	rm -rf "$dir"
fi
mkdir -p "$dir" || exit 1
echo "$stamp" >"$dir/stamp"
echo "${SHARD:-1/1}" >"$dir/part"
rm -f "$dir/broken" "$dir"/*.asked
[ ! -s "$dir/plan9" ] || echo "goes on with what $dir has" >&2

# Each part runs in a process group of its own, which is ended with this script.
job=
stop() {
	local i
	trap '' INT TERM HUP
	if [ -n "$job" ]; then
		kill -"$1" -- "-$job" 2>/dev/null
		for ((i = 0; i < 200; i++)); do
			kill -0 -- "-$job" 2>/dev/null || break
			[ $i -ne 30 ] || kill -TERM -- "-$job" 2>/dev/null
			sleep 0.1
		done
		kill -KILL -- "-$job" 2>/dev/null
	fi
	echo "interrupted: the next run goes on with what $dir has" >&2
	exit "$2"
}
trap 'stop INT 130' INT
trap 'stop TERM 143' TERM HUP
# part what file command ...: what it says is in $log
part() {
	local what=$1 file=$2 status
	shift 2
	log="$dir/${what// /-}.log"
	mkdir -p "$T/part"
	echo "$what" >&2
	set -m
	T="$T/part" SAVE=$file "$@" >"$log" </dev/null &
	job=$!
	set +m
	wait $job
	status=$?
	job=
	if [ $status -ne 0 ]; then
		echo "$what ended with status $status; the last words were: $(tail -1 "$log")" >>"$dir/broken"
	fi
	rm -rf "$T/part"
}
[ $# -gt 0 ] || set -- std test
programs=
for p; do
	shift
	[ "$p" = test ] && programs=1 || set -- "$@" "$p"
done
# run what file [variable=value ...]: the packages
run() {
	local what=$1 file=$2
	shift 2
	part "$what" "$file" env "$@" "$top/test/go/std.sh" "${packages[@]}"
}
packages=("$@")
if [ $# -gt 0 ]; then
	run "packages on Plan 9" "$dir/plan9" NATIVE=0
fi
if [ -n "$programs" ] && [ -d "$(go env GOROOT)/test" ]; then
	part "programs on Plan 9" "$dir/plan9" "$top/test/go/tests.sh"
fi
if [ $# -gt 0 ] && [ "${NATIVE:-1}" != 0 ]; then
	run "packages on Linux" "$dir/linux" NATIVE=1
fi
[ -e "$dir/plan9" ] || { cat "$log"; exit 1; }
report "$dir"
