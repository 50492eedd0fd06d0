#!/bin/bash
# run9 --export, by clients: a client written from section 5 of the manual, and another instance.
#
#	RUN9=./run9 OUT=out test/export.sh
#
# Instances serve over Unix sockets and TCP on this machine. Uses the programs of test/prog.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9

python3 "$top/test/nine/export.py" "$run9" "$p" "$tmp" >out 2>err
status=$?
cat out
[ $status -eq 0 ] || { cat err; failed=$((failed + 1)); echo "FAIL: export.py ended with $status"; }

# Each statement of section 5
python3 "$top/test/nine/exportpage.py" "$run9" "$tmp" >out 2>err
status=$?
cat out
[ $status -eq 0 ] || { cat err; failed=$((failed + 1)); echo "FAIL: exportpage.py ended with $status"; }

# The command line

serve() {
	timeout -k 2 120 "$run9" "$@" >out 2>err </dev/null &
	server=$!
}
# awaitfile name: until it is there
awaitfile() {
	for _ in {1..600}; do
		[ -S "$1" ] && return
		sleep 0.1
	done
	fail "no socket $1"
}
wrong() {
	timeout -k 2 120 "$run9" "$@" >out 2>err </dev/null
	[ $? -eq 2 ] && [ -s err ] && pass || fail "run9 $*: wanted status 2"
}
wrong --export
wrong --export ''
wrong --export =/tmp
wrong --export nosuchform
wrong --export "$tmp/nodir/s"
wrong --export "$tmp/s=/no/such/dir"
wrong --export "$tmp/s=$p/hello"
wrong --export fd!77
wrong --export 'tcp!127.0.0.1!notaport'

# Only its user may connect, and the socket goes with the instance.
serve --export "$tmp/s=$p"
awaitfile "$tmp/s"
[ "$(stat -c %a s)" = 600 ] && pass || fail 'the mode of the socket'
kill -TERM $server 2>/dev/null
wait $server
[ ! -e s ] && pass || fail 'a socket is left'

# Files are served while the program runs.
timeout -k 2 120 "$run9" --export "$tmp/s" "$p/hello" >out 2>err </dev/null
[ $? -eq 0 ] && [ "$(cat out)" = 'hello, world' ] && [ ! -e s ] && pass ||
	fail 'a program and an export'

# Another instance mounts it.
echo 'text of the host' >shared
serve --export "$tmp/s=$tmp"
awaitfile "$tmp/s"
timeout -k 2 120 "$run9" --mount "$tmp/s=/n/x" "$p/cat" /n/x/shared >out 2>err </dev/null
[ $? -eq 0 ] && [ "$(cat out)" = 'text of the host' ] && pass || fail 'a file by --mount'
head -c 3000000 /dev/urandom >big
timeout -k 2 120 "$run9" --mount "$tmp/s=/n/x" "$p/cat" /n/x/big >copy 2>err </dev/null
cmp -s big copy && pass || fail 'a large file by --mount'
cp "$p/hello" hello
timeout -k 2 120 "$run9" --mount "$tmp/s=/n/x" /n/x/hello >out 2>err </dev/null
[ "$(cat out)" = 'hello, world' ] && pass || fail 'a program by --mount'
kill -TERM $server
wait $server

# Programs that test files, in a folder of an export.
mkdir -m 755 work
serve --export "$tmp/s=$tmp/work"
awaitfile "$tmp/s"
for t in filemodetest stattest fdtest nsnametest boundtest filedevtest execfiletest exectest errtest; do
	for flags in c cC; do
		timeout -k 2 120 "$run9" --mount "$tmp/s=/n/x:$flags" -c /n/x "$p/$t" >out 2>err </dev/null
		[ $? -eq 0 ] && grep -q '^ok ' out && pass || {
			fail "$t in an export, $flags"
			grep -v '^ok ' out
		}
	done
done
kill -TERM $server
wait $server
[ -z "$(ours)" ] && pass || fail 'processes are left'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
