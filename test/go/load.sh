#!/bin/bash
# A Go server and a Go client of HTTP under load: test/go/load.sh [seconds]
#
# The program load of this folder serves, as a Plan 9 program and as a Linux one, the connections of
# wrk and of h2load, and asks nginx: HTTP/1.1, the same by TLS, HTTP/2. Each line is one of those: the
# requests a second of both programs, and their ratio. Wrong is a request without its answer, another
# protocol, or a descriptor left open. CONNS is how many connections there are, 256.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
seconds=${1:-30}
conns=${CONNS:-256}
gobuild plan9 "$T/load.plan9" load && gobuild linux "$T/load.linux" load || exit 1
cd "$T" || exit 1
ulimit -n "$(ulimit -Hn)"
# shellcheck disable=SC2094
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 2>req || { cat req; exit 1; }

declare -A load=([plan9]="$RUN9 $T/load.plan9" [linux]=$T/load.linux)
# An asker prints the requests and the seconds of one run at the URL $1; what is wrong goes to out.
bywrk() {
	wrk --timeout 20s -t1 -c"$conns" "-d${seconds}s" "$1" >out
	! grep -E 'Socket errors|Non-2xx' out >&2 && sed -nE 's/^ *([0-9]+) requests in ([0-9.]+)s.*/\1 \2/p' out
}
byh2load() {
	# --duration counts no requests that end after it
	# a connection of h2load's that is made after the time would go on for ever
	timeout $((seconds + 60)) h2load -c"$conns" -m4 --warm-up-time=10 -D"$seconds" "$1" >out 2>&1
	grep -q '^Application protocol: h2' out &&
		awk -v s="$seconds" '/^requests:/ && / 0 failed, 0 errored, 0 timeout/ {print $8, s}' out
}
# served os wrk|h2load [cert key]: a server of os, asked
served() {
	local os=$1 by=$2 server scheme=http i open
	shift 2
	[ $# -eq 0 ] || scheme=https
	rm -f port
	${load[$os]} serve "$@" >port 2>err &
	server=$!
	until [ -s port ] || ! kill -0 $server 2>/dev/null; do sleep 0.1; done
	"by$by" "$scheme://127.0.0.1:$(cat port)/"
	# all connections end, on the server's side too
	for ((i = 0; i < 100; i++)); do
		open=$(ss -Htn state established state close-wait "sport = :$(cat port)" | wc -l)
		[ "$open" -gt 0 ] || break
		sleep 0.1
	done
	kill $server
	wait $server 2>/dev/null
	if [ "$open" -gt 0 ]; then
		echo "$open connections of the server's are left" >&2
		return 1
	fi
}
# asks os scheme HTTP2 port proto: a client of os asks nginx
asks() {
	local os=$1 scheme=$2 out
	out=$(HTTP2=$3 ${load[$os]} get "$scheme://127.0.0.1:$4/" "$conns" "$seconds" cert.pem) || return
	case $out in *" $5") ;; *) echo "$out: not $5" >&2; return 1 ;; esac
	awk '{print $1, $2 / 1e9}' <<<"$out"
}
# both what function arg ...: the function does it with the first argument plan9, and linux
both() {
	local what=$1 f=$2 p l
	shift 2
	if p=$("$f" plan9 "$@") && [ -n "$p" ]; then pass; else
		fail "$what: ${p:-no figure}"
		cat out err 2>/dev/null
		return
	fi
	l=$("$f" linux "$@")
	if [ -z "$l" ]; then
		echo "$what: no figure of Linux's" >&2
		exit 1
	fi
	awk -v what="$what" '{r[NR] = $1 / $2} END {
		printf "%-28s %9.0f %9.0f %6.2f\n", what, r[1], r[2], r[1] / r[2]}' <<<"$p"$'\n'"$l"
}

freeport() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
plain=$(freeport) secure=$(freeport)
cat >nginx.conf <<EOF
daemon off; pid nginx.pid; error_log stderr error; worker_processes 1;
events { worker_connections 4096; }
http {
	access_log off; keepalive_requests 100000000;
	client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; scgi_temp_path s; uwsgi_temp_path u;
	server { listen 127.0.0.1:$plain; location / { return 200 "hello, world\n"; } }
	server { listen 127.0.0.1:$secure ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem;
		location / { return 200 "hello, world\n"; } }
}
EOF
nginx -p "$T" -c nginx.conf 2>nginx.err &
nginx=$!
trap 'kill $nginx 2>/dev/null; wait $nginx 2>/dev/null; rm -rf "$T"' EXIT
until (: <"/dev/tcp/127.0.0.1/$secure") 2>/dev/null; do
	kill -0 $nginx 2>/dev/null || { cat nginx.err; exit 1; }
	sleep 0.1
done

printf '%-28s %9s %9s %6s\n' "requests a second" run9 Linux ratio
both 'server, HTTP/1.1' served wrk
both 'server, TLS' served wrk cert.pem key.pem
both 'server, HTTP/2' served h2load cert.pem key.pem
both 'client of nginx, HTTP/1.1' asks http '' "$plain" HTTP/1.1
both 'client of nginx, TLS' asks https '' "$secure" HTTP/1.1
both 'client of nginx, HTTP/2' asks https 1 "$secure" HTTP/2.0
total
