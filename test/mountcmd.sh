#!/bin/bash
# 9P servers of the host, from the command line: run9 --mount, --srv.
#
#	RUN9=./run9 OUT=out test/mountcmd.sh
#
# The servers are test/nine/serve.py, over Unix sockets, TCP, and its standard input and output, and
# another instance's --export. The programs are those of test/prog.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9
python=$(command -v python3)

servers=()
# End everything also when the script is interrupted.
trap 'kill -KILL "${servers[@]}" 2>/dev/null; ours | xargs -r kill -KILL 2>/dev/null; rm -rf "$tmp"' EXIT

# serve out args ...: start a server in the background, and wait until it can be connected to.
# What it printed last is then in $at: a port or a path. $server is its process.
serve() {
	local file=$1
	shift
	: >"$file"
	"$python" "$top/test/nine/serve.py" "$@" >"$file" 2>"$file.err" &
	server=$!
	disown
	servers+=("$server")
	until grep -q '^ready ' "$file"; do
		kill -0 "$server" 2>/dev/null || { cat "$file.err"; exit 1; }
		sleep 0.05
	done
	at=$(sed -n 's/^ready //p' "$file")
}

# run args ...: under run9; out, err, $status
run() {
	timeout -k 2 120 "$run9" "$@" >out 2>err </dev/null
	status=$?
}
# prints what text args ...: run prints text and nothing else
prints() {
	local what=$1 text=$2
	shift 2
	run "$@"
	if [ "$status" -eq 0 ] && [ "$(cat out)" = "$text" ] && [ ! -s err ]; then
		pass
	else
		fail "$what: status $status, wanted '$text'"
	fi
}
# refuses what status pattern args ...: run says one line, which the pattern matches, and starts
# nothing
refuses() {
	local what=$1 want=$2 pattern=$3
	shift 3
	run "$@" "$p/echo" started
	if [ "$status" -eq "$want" ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] &&
		grep -qE -- "^run9: $pattern" err; then
		pass
	else
		fail "$what: status $status, wanted $want and '$pattern'"
	fi
}
# same what file file: the bytes
same() {
	cmp -s "$2" "$3" && pass || fail "$1: $2 and $3 differ"
}

mkdir -p t/{d/deep,amd64}
echo hello >t/hello
echo deep >t/d/deep/file
head -c 3000000 /dev/urandom >t/big
cp "$p"/{cat,echo,hello,ls,exits,sh,fileload} t/amd64
serve serve.unix t unix "$tmp/s"
unix=$server
serve serve.tcp t tcp 127.0.0.1 0
tcp=tcp!127.0.0.1!$at port=$at

# --- forms of addresses ---

prints 'a Unix socket' hello --mount "unix!$tmp/s=/n/x" "$p/cat" /n/x/hello
prints 'a path' hello --mount "$tmp/s=/n/x" "$p/cat" /n/x/hello
prints 'a relative path' hello --mount=./s=/n/x "$p/cat" /n/x/hello
prints 'TCP' hello --mount "$tcp=/n/x" "$p/cat" /n/x/hello
prints "a host's name" hello --mount "tcp!localhost!$port=/n/x" "$p/cat" /n/x/hello
exec 7<>"/dev/tcp/127.0.0.1/$port"
prints 'a descriptor' hello --mount fd!7=/n/x "$p/cat" /n/x/hello
exec 7>&-
timeout -k 2 60 "$run9" --mount fd!0=/n/x "$p/cat" /n/x/hello - \
	<>"/dev/tcp/127.0.0.1/$port" >out 2>err
[ "$(cat out)" = hello ] && pass || fail 'the standard input as a connection'

# Another instance serves the same folder.
"$run9" --export "$tmp/e=$tmp/t" >export.out 2>&1 </dev/null &
exporter=$!
servers+=("$exporter")
disown
until [ -S e ]; do
	kill -0 $exporter 2>/dev/null || { cat export.out; exit 1; }
	sleep 0.05
done
prints 'another instance' hello --mount "$tmp/e=/n/x" "$p/cat" /n/x/hello
prints 'a tree of another instance' deep --mount "$tmp/e:d/deep=/n/x" "$p/cat" /n/x/file

exe="exec!exec $python $top/test/nine/serve.py t stdio"
prints 'a command' hello --mount "$exe=/n/x" "$p/cat" /n/x/hello

# --- names, flags, several mounts ---

prints 'a tree' deep --mount "$tmp/s:d=/n/x" "$p/cat" /n/x/deep/file
prints 'a tree over TCP' deep --mount "$tcp:d/deep=/n/x" "$p/cat" /n/x/file
ln -s "$tmp/s" 'a:b=c'
prints 'a colon and a = in a command' deep \
	--mount "exec!A=/b\\:c; case \$A in *\\:c) ${exe#exec!};; esac:d=/n/x" "$p/cat" /n/x/deep/file
prints 'a colon in a path' hello --mount './a\:b=c=/n/x' "$p/cat" /n/x/hello
prints 'a colon, and a tree' deep --mount './a\:b=c:d=/n/x' "$p/cat" /n/x/deep/file
prints 'two trees of a server' hello$'\n'deep --mount "$tcp=/n/x" --mount "$tcp:d=/n/y" \
	"$p/cat" /n/x/hello /n/y/deep/file
mkdir host
echo host >host/hello
echo other >host/other
prints 'replaces' hello --mount "$tmp/s=$tmp/host" "$p/cat" "$tmp/host/hello"
run --mount "$tmp/s=$tmp/host" "$p/cat" "$tmp/host/other"
[ "$status" -ne 0 ] && pass || fail 'a file that the mount hides'
prints 'after' host --mount "$tmp/s=$tmp/host:a" "$p/cat" "$tmp/host/hello"
prints 'before' hello$'\n'other --mount "$tmp/s=$tmp/host:b" "$p/cat" "$tmp/host/hello" "$tmp/host/other"
run --mount "$tmp/s=$tmp/host:ac" "$p/sh" -c "echo new >$tmp/host/created"
[ -e t/created ] && pass || fail 'a file made in the mounted tree of a union'
rm -f t/created
run --mount "$tmp/s=/n/x:C" "$p/cat" /proc/1/ns
grep -qxF "mount -C $tmp/s /n/x" out && pass || fail 'the cache, in /proc/n/ns'
prints '-b and -c see it' deep$'\n'deep --mount "$tmp/s=/n/x" -b /n/x/d:/n/y -c /n/x/d/deep \
	"$p/cat" file /n/y/deep/file

# --- --srv ---

echo 'mount -c #s/x /n/x' >nsfile
prints '--srv, and a namespace file' hello --srv "x=$tcp" -n nsfile "$p/cat" /n/x/hello
run --srv "x=$tmp/s" --srv "y=$tcp" "$p/ls" /srv
grep -qx '/srv/x' out && grep -qx '/srv/y' out && pass || fail 'two posts'

# --- a Plan 9 tree as root ---

mkdir -p tree/{amd64/bin,lib}
cp "$p"/{cat,echo,ls} tree/amd64/bin
printf 'mount -aC #s/boot /root\nbind -a $rootdir /\nbind /$cputype/bin /bin\nbind #c /dev\nmount #s/x /n/z\n' \
	>tree/lib/namespace
prints 'a tree as root' hello$'\n'deep -r tree --mount "$tcp=/n/x" --srv "x=$tmp/s" \
	cat /n/x/hello /n/z/d/deep/file

# --- files ---

prints 'a program from there' 'hello, world' --mount "$tmp/s=/n/x" /n/x/amd64/hello
prints 'a program from there, by TCP, cached' 'hello, world' --mount "$tcp=/n/x:C" /n/x/amd64/hello
run --mount "$tmp/s=/n/x" "$p/cat" /n/x/big
same 'a large file' out t/big
run --mount "$tcp=/n/x" "$p/cat" /n/x/big
same 'a large file by TCP' out t/big
run --mount "$tmp/e=/n/x" "$p/cat" /n/x/big
same 'a large file of another instance' out t/big
prints 'a program of another instance, by way of a third' 'hello, world' \
	--mount "exec!exec $run9 --mount $tmp/e=/n/y --export fd!0=/n/y=/n/x" /n/x/amd64/hello
run --mount "$tcp=/n/x:cC" /n/x/amd64/sh -c 'cat /n/x/big >/n/x/copy'
same 'a large file written' t/copy t/big
rm -f t/copy
run --mount "$tmp/s=/n/x" "$p/ls" /n/x
sort out >names
(cd t && find . -mindepth 1 -maxdepth 1 | sed 's,^\.,/n/x,' | sort) >names.host
same 'a listing' names names.host

# left what n: the files that n processes of fileload have left in t/w, from its pattern
left() {
	"$python" - t/w "$2" <<'END' >out 2>err && pass || fail "$1: files left"
import os, sys
top, n = sys.argv[1], int(sys.argv[2])
sizes = (0, 1, 511, 4096, 8193, 70000, 200 * 1024)
assert sorted(os.listdir(top)) == sorted(map(str, range(n)))
for i in range(n):
    assert len(os.listdir(f"{top}/{i}")) == len(sizes)
    for k, size in enumerate(sizes):
        want = bytes((i * 31 + k * 7 + at + (at >> 8)) & 255 for at in range(size))
        assert open(f"{top}/{i}/f{k}", "rb").read() == want, (i, k)
END
	rm -rf t/w
}

for flags in '' C; do
	for addr in "$tmp/s" "$tcp" "$exe" "$tmp/e"; do
		mkdir t/w
		run --mount "$addr=/n/x:$flags" /n/x/amd64/fileload /n/x/w 8 1
		[ "$status" -eq 0 ] && [ ! -s err ] && pass || fail "eight processes, $addr $flags: status $status"
		left "eight processes, $addr $flags" 8
	done
done

# --- what cannot be ---

refuses 'no command' 1 'exec!: no command' --mount 'exec!=/n/x'
refuses 'a command that ends' 1 'exec!exit 3: (EOF receiving fversion|i/o on hungup)' --mount 'exec!exit 3=/n/x'
refuses 'no server' 1 "$tmp/none: file does not exist" --mount "$tmp/none=/n/x"
refuses 'nobody listens' 1 'tcp!127.0.0.1!1: connection refused' --mount tcp!127.0.0.1!1=/n/x
refuses 'an unknown host' 1 "tcp!no.such!1: unknown host 'no.such': run9 knows numeric" --mount tcp!no.such!1=/n/x
refuses 'no address' 1 'some!thing: not an address' --mount some!thing=/n/x
refuses 'no descriptor' 1 'fd!99: run9 was not started with' --mount fd!99=/n/x
refuses 'no connection' 1 'fd!0: no socket, pipe or terminal' --mount fd!0=/n/x
refuses 'no such tree' 1 "$tmp/s: cannot attach to none: file does not exist" --mount "$tmp/s:none=/n/x"
refuses 'nowhere to mount' 1 "/none/x: file does not exist" --mount "$tmp/s=/none/x"
refuses 'no folder' 2 '/tmp/s: not ADDR' --mount /tmp/s
refuses 'a relative folder' 2 '/tmp/s=n/x: not ADDR' --mount /tmp/s=n/x
refuses 'no address at all' 2 '=/n/x: not ADDR' --mount =/n/x
refuses 'unknown flags' 2 '.*: flags are a, b, c and C' --mount /tmp/s=/n/x:z
refuses 'before and after' 2 '.*: before or after, not both' --mount /tmp/s=/n/x:ab
refuses 'a post without an address' 2 'x=: not NAME=ADDR' --srv x=
refuses 'a post with a slash' 2 'a/b=/tmp/s: a name in /srv' --srv a/b=/tmp/s
refuses 'a name posted twice' 2 'x: ' --srv "x=$tmp/s" --srv "x=$tmp/s"
refuses 'a name of #s' 2 'boot: ' --srv "boot=$tmp/s"
serve serve.auth --auth t unix "$tmp/auth"
refuses 'authentication' 1 "$tmp/auth: the server asks for authentication" --mount "$tmp/auth=/n/x"
run --mount
[ "$status" -eq 2 ] && grep -q 'needs an argument' err && pass || fail "no argument: status $status"

# Servers that answer nothing, and wrongly. A process of the test accepts, writes $2 and waits.
cat >bad.py <<'END'
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(8)
print("ready", flush=True)
while True:
    c, _ = s.accept()
    what = sys.argv[2]
    if what == "close":
        c.close()
        continue
    if what == "nonsense":
        c.sendall(b"\xff" * 100)
    elif what == "dotl":
        c.sendall(b"\x15\x00\x00\x00\x65\xff\xff\x00\x20\x00\x00\x08\x009P2000.L")
    keep = c
END
# bad name what: one such server, at ./name
bad() {
	"$python" bad.py "$tmp/$1" "$2" >"$1.out" 2>&1 &
	servers+=("$!")
	disown
	until grep -q ready "$1.out"; do sleep 0.05; done
}
bad close close
refuses 'a server that hangs up' 1 "$tmp/close: (EOF receiving fversion|i/o on hungup)" --mount "$tmp/close=/n/x"
bad nonsense nonsense
refuses 'a server that speaks something else' 1 "$tmp/nonsense: bad fversion conversion|$tmp/nonsense: i/o on hungup" --mount "$tmp/nonsense=/n/x"
bad dotl dotl
refuses 'a server of another 9P' 1 "$tmp/dotl: bad 9P version returned from server" --mount "$tmp/dotl=/n/x"

# interrupted what address: an interrupt ends the wait for a server that does not answer.
interrupted() {
	local pid
	# the processes that a script has in the background ignore SIGINT, and so would run9
	env --default-signal=INT "$run9" --mount "$2=/n/x" "$p/echo" started >out 2>err </dev/null &
	pid=$!
	# it is connected when a descriptor of its is a socket
	until find "/proc/$pid/fd" -lname 'socket:*' 2>/dev/null | grep -q .; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.05
	done
	kill -INT $pid
	wait $pid
	status=$?
	[ "$status" -eq 1 ] && [ ! -s out ] && grep -q "^run9: $2: .*interrupted" err && pass ||
		fail "$1: status $status"
}
bad silent silent
interrupted 'a server that does not answer' "$tmp/silent"

# --- the server's end ---

# busy: eight processes are at work on files of a server of their own; their run9 is $pid.
busy() {
	rm -rf t/w k
	mkdir t/w
	serve serve.kill t unix "$tmp/k"
	timeout -k 2 120 "$run9" --mount "$tmp/k=/n/x" "$p/fileload" /n/x/w 8 1000000 \
		>out 2>err </dev/null &
	pid=$!
	until [ "$(find t/w -name 'f6' | wc -l)" -gt 1 ]; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.05
	done
}
busy
kill -KILL "$server"
wait $pid
status=$?
[ "$status" -eq 1 ] && [ "$(grep -c '^fileload: ' err)" -eq 8 ] && pass ||
	fail "the server is killed: status $status"
# A server that stands still holds nobody up who wants to end.
busy
kill -STOP "$server"
kill -TERM $pid
wait $pid
status=$?
[ "$status" -eq 143 ] && pass || fail "the server stands still: status $status"
kill -KILL "$server"
rm -rf t/w

kill -TERM $exporter
until ! kill -0 $exporter 2>/dev/null; do sleep 0.05; done
[ ! -e e ] && [ ! -s export.out ] && pass || { cat export.out; fail 'the other instance'; }
[ -z "$(ours)" ] && pass || fail "processes left: $(ours | tr '\n' ' ')"
# Each connection has ended: nobody but the server has a socket of it.
[ -z "$(find "/proc/$unix/fd" -lname 'socket:*' | tail -n +2)" ] && pass || fail 'connections left'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
