#!/bin/bash
# tls(3) beside other implementations: records by Python's cryptography, handshakes by OpenSSL.
#
#	RUN9=./run9 OUT=out test/tls.sh
#
# test/tls/tlsend is the Plan 9 program, test/tls/peer.py what it speaks with. run9-crypt
# lies beside run9.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=test/go/env.sh
. "$top/test/go/env.sh"
crypt=$(realpath -e -- "$(dirname "$RUN9")/run9-crypt") || exit 1
# python3-cryptography is the system's Python's
python=/usr/bin/python3

bin=$T/bin
mkdir "$bin" || exit 1
cp "$RUN9" "$bin/run9" && cp "$crypt" "$bin/run9-crypt" || exit 1
(cd "$top/test/tls/tlsend" &&
	GOOS=plan9 GOARCH=amd64 go build -trimpath -o "$T/tlsend" .) || exit 1
cd "$T" || exit 1
timeout -k 5 "${GUARD:-600}" "$python" "$top/test/tls/peer.py" "$bin/run9" "$T/tlsend" >said 2>errors
status=$?
while read -r result what; do
	case $result in
	ok) pass ;;
	*) fail "$what" ;;
	esac
done <said
if [ "$status" -ne 0 ]; then
	fail "peer.py: status $status"
	tail -5 errors
fi
total
