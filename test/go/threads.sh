#!/bin/bash
# 64 goroutines on several threads, garbage collection, children and pipes, a
# thousand times over: test/go/threads.sh [rounds]
#
# No hang, no wrong byte, and nothing leaked: image cache, frames, host
# processes and host file descriptors are counted before and after, at moments
# when only the driver runs. A leak grows with the rounds; what may grow is a
# fixed handful (the Go driver's own heap and threads). With LONG=1 1,000 rounds,
# else 40.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

if [ -n "${LONG:-}" ]; then
	rounds=${1:-1000} limit=3600
else
	rounds=${1:-40} limit=300
fi
runs=$(((rounds + 19) / 20))
gobuild plan9 "$T/threads" threads || exit 1

# Processes that run the program under test, and the descriptors of the one
# that has the most (they share one table).
hostprocs() {
	local p n=0
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$exe" ] && n=$((n + 1))
	done
	echo $n
}
hostfds() {
	local p n most=0
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$exe" ] || continue
		n=$(find "$p/fd" -mindepth 1 2>/dev/null | wc -l)
		[ "$n" -gt "$most" ] && most=$n
	done
	echo "$most"
}
# Only this instance's processes run this copy.
exe=$T/run9
cp "$RUN9" "$exe"

# state file: what the driver says until ".", and what the host says
state() {
	local line
	read -r -t "$limit" line <&"${drive[0]}" || return 1
	[ "$line" = "$1" ] || { echo "driver: $line"; return 1; }
	while read -r -t 10 line <&"${drive[0]}" && [ "$line" != . ]; do
		echo "$line"
	done >"$T/$1"
	awk '{n[$1] = $2} END {print "framesused", n["framestotal"] - n["framesfree"]}' \
		"$T/$1" >"$T/used"
	cat "$T/used" >>"$T/$1"
	echo "hostprocs $(hostprocs)" >>"$T/$1"
	echo "hostfds $(hostfds)" >>"$T/$1"
	echo >&"${drive[1]}"
}
value() { awk -v n="$2" '$1 == n {print $2}' "$T/$1"; }

start=$(now)
coproc drive { exec "$exe" "$T/threads" "$runs" $(((rounds + runs - 1) / runs)) 2>"$T/err"; }
# bash forgets the coprocess's name when it ends
# shellcheck disable=SC2154
pid=$drive_PID
exec {to}>&"${drive[1]}" {from}<&"${drive[0]}"
drive=("$from" "$to")
if state before && state after; then
	wait "$pid"
	status=$?
	[ $status -eq 0 ] && pass || fail "driver ended with status $status"
else
	kill -KILL "$pid"
	fail "no answer in $limit s, or a wrong one"
fi
[ -s "$T/err" ] && head -20 "$T/err"

# grows name by: at most by so many between before and after
grows() {
	local b a
	b=$(value before "$1") a=$(value after "$1")
	if [ "${a:-0}" -eq 0 ] || [ "${b:-0}" -eq 0 ]; then
		fail "$1 was not told"
	elif [ $((a - b)) -gt "$2" ]; then
		fail "$1 grew from $b to $a"
	else
		pass
		echo "$1: $b before, $a after"
	fi
}
if [ -e "$T/after" ]; then
	grows hostprocs 16
	grows hostfds 16
	grows images 0
	grows pages 64
	# The driver's heap may grow by some megabytes.
	grows framesused 1024
fi
echo "$rounds rounds in $(($(now) - start)) ms"
sleep 0.2
n=$(hostprocs)
[ "$n" -eq 0 ] && pass || fail "$n host processes are left"
total
