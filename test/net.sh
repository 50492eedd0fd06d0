#!/bin/bash
# The network with peers of the host: test/net.sh [run9]
#
# Peers that reset at each step, are silent, send a byte at a time, or call and go; many
# connections one after the other and at once; run9 --net; hosts without IPv6, without a
# network, and with ping sockets, in network namespaces of their own. All on loopback. With
# LONG=1 more of each. netmany of test/prog is run9's side, test/nine/netpeer.py the others.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.." || exit 1
many=$(realpath -e -- "${OUT:-out}/prog/netmany") || exit 1
# shellcheck source=test/instance.sh
. test/instance.sh "${1:-${RUN9:-./run9}}"

# is what want: the last line of out
is() {
	if [ "$(tail -1 out)" = "$2" ]; then pass; else fail "$1: not '$2'"; fi
}
# ok what command ...
ok() {
	local what=$1
	shift
	if timeout 120 "$@" >out 2>err </dev/null; then pass; else fail "$what"; fi
}
netmany() { timeout 120 ./run9 "$many" "$@" >out 2>err </dev/null; }
# The descriptors that the instance of process $1 has open.
fds() { find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l; }

# --- many ---

ok "calls one after the other" ./run9 "$many" seq "$([ -n "${LONG:-}" ] && echo 10000 || echo 1000)"
ok "calls at once, half of them killed" ./run9 "$many" many "$([ -n "${LONG:-}" ] && echo 2000 || echo 200)"

# --- a server and callers that misbehave ---

timeout 300 ./run9 "$many" echo >port 2>err &
pid=$!
until [ -s port ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
[ -s port ] || fail "the server does not start"
server=$(ours | head -1)
ok "the first call" python3 "$here/nine/netpeer.py" echo "$(cat port)"
before=$(fds "$server")
for how in reset resetearly silent byte urgent flood; do
	ok "callers: $how" python3 "$here/nine/netpeer.py" "$how" "$(cat port)"
	ok "a call after $how" python3 "$here/nine/netpeer.py" echo "$(cat port)"
done
for _ in $(seq 50); do
	[ "$(fds "$server")" -le "$before" ] && break
	sleep 0.1
done
if [ "$(fds "$server")" -le "$before" ]; then
	pass
else
	fail "descriptors: $before before the callers, $(fds "$server") after"
fi
kill "$pid"
wait "$pid" 2>/dev/null

rm -f port
timeout 60 ./run9 "$many" late >port 2>err &
pid=$!
until [ -s port ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
ok "a half that is closed" python3 "$here/nine/netpeer.py" late "$(cat port)"
kill "$pid"
wait "$pid" 2>/dev/null

# --- servers that misbehave ---

# serve how want...: netmany calls a server that does that; the last line it prints
serve() {
	local how=$1 want=$2 port
	rm -f peer
	timeout 60 python3 "$here/nine/netpeer.py" serve "$how" >peer 2>/dev/null &
	local peer=$!
	until [ -s peer ] || ! kill -0 "$peer" 2>/dev/null; do sleep 0.05; done
	port=$(head -1 peer)
	netmany call "tcp!127.0.0.1!$port"
	is "server: $how" "$want"
	kill "$peer" 2>/dev/null
	wait "$peer" 2>/dev/null
}
serve reset "end"
serve close "end"
serve half "end"
serve byte "a byte at a timeend"
serve urgent "urg.ent. by.tes.end"
netmany dial "tcp!127.0.0.1!1"
is "nobody there" "connection refused"

# --- another instance's /net: a gateway ---

prog=$(dirname "$many")
timeout 300 ./run9 --export "$tmp/gate=/net" >out 2>err &
gate=$!
until [ -S gate ] || ! kill -0 "$gate" 2>/dev/null; do sleep 0.05; done
# Without the cases about users, because a gateway is one user; and without notes in the middle of long
# writes, because the second note in a message of 9P ends its connection
gateway() {
	local name=$1
	shift
	ok "a gateway: $name" ./run9 --mount "$tmp/gate=/net:b" "$prog/$name" "$@"
}
gateway tcptest bothendstalk longwritesarrivewhole hangupresets hangupendslisten \
	aconversationlastsasitsfiles unreadbytesdonotreset refusedcallsaysso
gateway udptest
gateway netsharetest listenersshareanannouncement hangupendsalllisteners readersshareaconnection \
	hangupendsallreaders hangupendswriters alistenerkeepsitsannouncement
gateway netstatetest theownerchangesmodes udpstates thelasthalfcanbewritten
gateway netmany seq 100
before=$(fds "$(ours | head -1)")
gateway netmany many 20
for _ in $(seq 50); do
	[ "$(fds "$(ours | head -1)")" -le "$before" ] && break
	sleep 0.1
done
[ "$(fds "$(ours | head -1)")" -le "$before" ] && pass || fail "a gateway: descriptors are left"
kill -INT "$gate"
wait "$gate" 2>/dev/null

# --- run9 --net ---

timeout 60 ./run9 --net=loopback "$many" dial 'tcp!192.0.2.1!80' >out 2>err
is "--net=loopback, another machine" "run9 --net=loopback: not a loopback address"
timeout 60 ./run9 --net=loopback "$many" announce 'tcp!192.0.2.1!0' >out 2>err
is "--net=loopback, another address" "run9 --net=loopback: not a loopback address"
timeout 60 ./run9 --net=loopback "$many" announce 'tcp!*!0' >out 2>err
is "--net=loopback, all addresses" ok
ok "--net=loopback, calls" ./run9 --net loopback "$many" seq 10
timeout 60 ./run9 --net=none /bin/ls /net '#I' >out 2>err
if grep -q 'no network: run9 --net=none' err && ! grep -q tcp out; then pass; else fail "--net=none"; fi

# --- hosts ---

if unshare -n true 2>/dev/null; then
	# netns script: run in a network of its own
	netns() { timeout 120 unshare -n bash -c "M=$many; $1" >out 2>err </dev/null; }
	netns './run9 $M dial tcp!127.0.0.1!80; ./run9 /bin/cat /net/ipselftab /net/iproute /net/arp; echo end'
	is "a network without an interface" end
	up='ip link set lo up;'
	netns "$up ./run9 \$M dial tcp!192.0.2.1!80"
	is "no route" "net unreachable"
	# Go asks iproute whether there are IPv4 and IPv6
	netns "$up ./run9 /bin/cat /net/iproute"
	if grep -q '^127\.0\.0\.0 */104 .* 4i ' out && grep -q '^::1 */128 .* 6i ' out; then
		pass
	else
		fail "routes of loopback"
	fi
	netns "$up echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range; ./run9 \$M ports"
	is "no free port" "no ports available"
	hole="$up ip addr add 192.0.2.2/32 dev lo; ip route add 192.0.2.1/32 dev lo;"
	netns "$hole ./run9 \$M hole 192.0.2.1"
	is "calls that nobody answers" ok
	netns "$hole rm -f go; mkfifo go; ./run9 \$M lost 198.51.100.1 <go >lost & run=\$!
		exec 3>go
		until grep -q ready lost || ! kill -0 \$run; do sleep 0.05; done
		ip route del 192.0.2.1/32 dev lo; echo >&3; wait \$run; tail -1 lost"
	is "datagrams without a route" ok
	netns "$up echo 1 0 >/proc/sys/net/ipv4/ping_group_range; ./run9 \$M ping 127.0.0.1"
	is "no ping sockets" "dial: permission denied"
	if [ -w /proc/sys/net/ipv4/ping_group_range ]; then
		ping="$up echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range;"
		netns "$ping ./run9 \$M ping 127.0.0.1"
		is "icmp" reply
		netns "$ping ./run9 \$M ping ::1"
		is "icmpv6" reply
	fi
	# Behind a router at 192.0.2.2 are 198.51.100.1 and 2001:db8:2::1, but not 203.0.113.1
	router="$up unshare -n sleep 100 & r=\$!
		until [ \$(readlink /proc/\$r/ns/net) != \$(readlink /proc/self/ns/net) ]; do sleep 0.05; done
		ip link add ve0 type veth peer name ve1 netns \$r || { kill \$r; exit 1; }
		ip addr add 192.0.2.1/24 brd + dev ve0; ip addr add 2001:db8:1::1/64 dev ve0 nodad
		ip link set ve0 up
		nsenter -t \$r -n bash -c 'ip link set lo up; ip addr add 192.0.2.2/24 brd + dev ve1
			ip addr add 2001:db8:1::2/64 dev ve1 nodad; ip link set ve1 up
			echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
			ip route add 198.51.100.1/32 via 192.0.2.9; ip route add 2001:db8:2::1/128 via 2001:db8:1::9
			ip route add 198.51.100.2/32 via 192.0.2.9 mtu 1000
			ip route add 2001:db8:2::2/128 via 2001:db8:1::9 mtu 1300
			ip route add unreachable 203.0.113.1'
		ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8:1::2
		echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range;"
	# hop proto ip want: what becomes of a packet of one hop
	hop() {
		netns "$router timeout 20 ./run9 \$M hop $1 $2; kill \$r"
		is "one hop, $1 to $2" "$3"
	}
	if netns "$router kill \$r"; then
		for proto in tcp udp icmp; do
			hop $proto 198.51.100.1 "ttl exceeded at 192.0.2.2"
			hop $proto 203.0.113.1 "host unreachable"
		done
		for proto in tcp udp icmpv6; do
			hop $proto 2001:db8:2::1 "ttl exceeded at 2001:db8:1::2"
		done
		for ip in 198.51.100.2 2001:db8:2::2; do
			netns "$router ./run9 \$M big udp!$ip!9; kill \$r"
			is "datagrams that a router takes apart or not, $ip" ok
		done
		netns "$router nsenter -t \$r -n bash -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
			./run9 \$M ping 192.0.2.255; kill \$r"
		is "an echo request to all" reply
		printf 'search none.\nnameserver 192.0.2.2\nsearch a.example b.example.\n' >resolv
		netns "$router unshare -m bash -c \"mount --bind resolv /etc/resolv.conf
			./run9 /bin/cat /net/ndb\" | grep -v sys= | tr '\n\t' ';,'; kill \$r"
		is "ndb" "ip=192.0.2.1 ipmask=/120 ipgw=192.0.2.2;,dnsdomain=a.example;,dnsdomain=b.example;,dns=192.0.2.2;"
	else
		echo "not run: a router between two networks (it takes veth)"
	fi
	# A peer and a server at one link-local address: the interface is part of it.
	for how in "echo udp" headers; do
		netns "$up ip addr add fe80::99/64 dev lo; rm -f port
			timeout 60 ./run9 \$M $how >port & run=\$!
			until [ -s port ] || ! kill -0 \$run; do sleep 0.05; done
			python3 '$here/nine/netpeer.py' linklocal \$(cat port); kill \$run"
		is "link-local addresses, $how" echoed
	done
	netns "$up ip route add 239.1.2.3/32 dev lo; rm -f port
		python3 '$here/nine/netpeer.py' group >port & run=\$!
		until [ -s port ] || ! kill -0 \$run; do sleep 0.05; done
		./run9 \$M big udp!239.1.2.3!\$(cat port); wait \$run; cat port"
	is "the hops of a datagram to a group" "hops 255"
	no6="$up echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6;"
	netns "$no6 ./run9 \$M seq 10 && ./run9 \$M announce 'udp!*!0'"
	is "a host without IPv6" ok
	netns "$no6 ./run9 \$M announce 'tcp!::1!0'"
	is "IPv6 where there is none" "not a local IP address"
	netns "$no6 ./run9 \$M dial 'tcp!::1!9'"
	is "a call by IPv6 where there is none" "net unreachable"
else
	echo "not run: networks of the test's own (they take root)"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
