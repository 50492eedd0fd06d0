#!/bin/bash
# Names of the network: run9-resolve, by a 9P client and name servers on loopback, and programs that
# ask it at /net/cs and /net/dns.
#
#	RUN9=./run9 OUT=out test/resolve.sh
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
out=$(realpath -e -- "${OUT:-$top/out}") || exit 1
p=$out/prog

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9

make -s -C "$top" HELPSAN=address,undefined OUT="$out" RUN9="$tmp/san/run9" "$tmp/san/run9-resolve" || exit 1
make -s -C "$top" OUT="$out" RUN9="$tmp/plain/run9" "$tmp/plain/run9-resolve" || exit 1

# --- the program alone ---

said=$(python3 "$top/test/nine/resolve.py" "$tmp/san/run9-resolve")
status=$?
printf '%s\n' "$said" | grep -v '^ok '
passed=$((passed + $(printf '%s\n' "$said" | grep -c '^ok ')))
failed=$((failed + $(printf '%s\n' "$said" | grep -c '^FAIL')))
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || fail "resolve.py: exit status $status"
[ "$passed" -gt 0 ] || fail "no case of resolve.py ran"

# --- under run9 ---

python3 "$top/test/nine/zone.py" >zone &
zone=$!
disown
trap 'kill -KILL $zone 2>/dev/null; ours | xargs -r kill -KILL 2>/dev/null; rm -rf "$tmp"' EXIT
until grep -q '^ready ' zone; do
	kill -0 $zone || exit 1
	sleep 0.05
done
addr=$(sed -n 's/^ready //p' zone)

# The resolver that run9 starts: it asks the zone's server, and says its process number.
cat >resolver <<EOF
#!/bin/sh
echo \$\$ >>$tmp/pids
exec $tmp/plain/run9-resolve -n /dev/null -R /dev/null -H /dev/null -s $addr "\$@"
EOF
chmod +x resolver

# asks what want args ...: query prints want
asks() {
	local what=$1 want=$2
	shift 2
	timeout -k 5 120 "$run9" --resolver="$tmp/resolver" "$@" >out 2>err </dev/null
	if [ "$(cat out)" = "$want" ]; then
		pass
	else
		fail "$what, wanted '$want'"
	fi
}
nl='
'
asks "cs" "/net/tcp/clone 192.0.2.4!80$nl/net/tcp/clone 2001:db8::4!80" \
	"$p/query" /net/cs 'tcp!a.test!http'
asks "dns" "a.test mx	20 mx2.test${nl}a.test mx	10 mx.test" "$p/query" /net/dns 'a.test mx'
asks "two queries of a file" "a.test ip	192.0.2.4${nl}four.test ip	192.0.2.9" \
	"$p/query" /net/dns 'a.test ip' 'four.test ip'
asks "an error" "nope.test ip: dns: name does not exist" "$p/query" /net/dns 'nope.test ip'
asks "a note" "never.test ip: interrupted${nl}a.test ip	192.0.2.4" \
	"$p/query" -a 300 /net/dns 'never.test ip' 'a.test ip'
asks "a note, cs" "tcp!never.test!1: interrupted${nl}/net/tcp/clone 192.0.2.9!1" \
	"$p/query" -a 300 /net/cs 'tcp!never.test!1' 'tcp!four.test!1'

# The program is started once, by the first open, and ends with the instance.
[ "$(wc -l <pids)" -eq 6 ] && pass || fail "started $(wc -l <pids) times in 6 instances"
: >pids
asks "a program that asks nothing" "hello, world" "$p/hello"
[ ! -s pids ] && pass || fail "it was started for a program that asks nothing"
[ -z "$(find /proc -mindepth 2 -maxdepth 2 -name exe -lname "$tmp/plain/*" 2>/dev/null)" ] && pass ||
	fail "a resolver is left"

# The program dies: what waits for it fails, and the next open starts another.
: >pids
timeout -k 5 120 "$run9" --resolver="$tmp/resolver" "$p/askagain" /net/dns 'never.test ip' 'a.test ip' \
	>out 2>err </dev/null &
asking=$!
until [ -s pids ] || ! kill -0 "$asking" 2>/dev/null; do sleep 0.1; done
[ ! -s pids ] || kill -KILL "$(head -1 pids)"
wait $asking
if [ "$(cat out)" = "mount rpc error${nl}a.test ip	192.0.2.4" ] && [ "$(wc -l <pids)" -eq 2 ]; then
	pass
else
	fail "a resolver that was killed"
fi

# Beside run9's executable, in ../libexec, in PATH; or nowhere.
found() {
	local what=$1
	shift
	"$@" "$p/query" /net/dns 'localhost ip' >out 2>err
	[ "$(cat out)" = "localhost ip	127.0.0.1" ] && pass || fail "found $what"
}
mkdir -p usr/bin usr/libexec own path
cp run9 usr/bin && cp plain/run9-resolve usr/libexec
cp run9 plain/run9-resolve own
cp plain/run9-resolve path
found "in libexec" usr/bin/run9
found "beside run9" own/run9
found "in PATH" env PATH="$tmp/path:$PATH" "$run9"
env PATH=/nowhere "$run9" "$p/query" /net/dns 'localhost ip' >out 2>err
[ "$(cat out)" = "/net/dns: no resolver: run9-resolve is not installed: '/net/dns'" ] && pass ||
	fail "no resolver"
env PATH=/nowhere "$run9" "$p/query" /net/cs 'tcp!localhost!9fs' 'tcp!a.test!1' >out 2>err
[ "$(cat out)" = "/net/tcp/clone 127.0.0.1!564${nl}tcp!a.test!1: cs: can't translate address: no \
resolver: run9-resolve is not installed" ] && pass || fail "numeric addresses without a resolver"
# One that cannot run: what needs no names goes on.
mkdir broken && cp run9 broken && printf '#!/bin/sh\nexit 127\n' >broken/run9-resolve
chmod +x broken/run9-resolve
broken/run9 "$p/query" /net/cs 'tcp!localhost!1' >out 2>err
[ "$(cat out)" = "/net/tcp/clone 127.0.0.1!1" ] && pass || fail "a resolver that cannot run"

# Another server of cs, mounted behind #I, answers in its place.
asks "ndb/cs" "/mine/tcp/clone 192.0.2.9!1" --mount \
	"exec!$tmp/plain/run9-resolve -R /dev/null -x /mine -s ${addr/:/\\:}=/net:a" \
	"$p/query" /net/cs 'tcp!four.test!1'
asks "the rest of /net" "/net/tcp/clone" --mount \
	"exec!$tmp/plain/run9-resolve -R /dev/null -x /mine -s ${addr/:/\\:}=/net:a" \
	"$p/ls" /net/tcp/clone

# A tree's /lib/ndb.
mkdir -p tree/lib/ndb tree/bin
printf 'database=\n\tfile=/lib/ndb/local\n\tfile=/lib/ndb/common\nip=10.9.8.7 sys=treesys\n' \
	>tree/lib/ndb/local
printf 'tcp=treeserv port=4444\n' >tree/lib/ndb/common
cp "$p/query" tree/bin
asks "a tree's ndb" "/net/tcp/clone 10.9.8.7!4444" -r tree /bin/query /net/cs \
	'net!treesys!treeserv'
timeout 60 "$run9" --resolver=none -r tree /bin/query /net/cs 'net!10.9.8.7!treeserv' >out 2>err
[ "$(cat out)" = "/net/tcp/clone 10.9.8.7!4444" ] && pass || fail "a tree's services, no resolver"

# --- Go ---

if command -v go >/dev/null; then
	(
		# shellcheck disable=SC2034
		T=$tmp
		# shellcheck source=test/go/env.sh
		. "$top/test/go/env.sh"
		gobuild plan9 "$tmp/lookups" lookups
	) || fail "cannot build lookups"
	asks "Go's lookups" "dial called
host [192.0.2.4 2001:db8::4]
addr [a.test.]
cname a.test.
own name a.test.
mx 10 mx.test.
mx 20 mx2.test.
ns ns.test.
txt some text
srv a.test. 8080
port 80
nope error true
noport error false
ip 192.0.2.9
tcp 192.0.2.9:53
many 0
never error true" "$tmp/lookups"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
