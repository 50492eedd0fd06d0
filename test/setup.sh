#!/bin/bash
# Install what the tests need on Debian 12: test/setup.sh [demo|check|bench|load|v9fs]
#
# Silent, and off the network, when everything is there. As root, or with sudo.
set -eu

# What each use needs beyond gcc, make and git.
declare -A need=(
	[demo]='golang-go'
	[check]='golang-go libcmocka-dev clang clang-format clang-tidy
		libclang-rt-14-dev libc-ares-dev libssl-dev cppcheck shellcheck spin tcc binutils
		util-linux procps iproute2 gdb tzdata python3 python3-cryptography openssl
		ca-certificates'
	[v9fs]='qemu-system-x86 busybox-static cpio python3'
	[load]='golang-go wrk nghttp2-client nginx-light openssl iproute2 python3'
	[bench]='golang-go hyperfine wrk strace linux-perf binutils libssl-dev'
)
use=${1:-check}
if [ -z "${need[$use]:-}" ]; then
	echo "usage: test/setup.sh [demo|check|bench|load|v9fs]" >&2
	exit 2
fi

if ! command -v dpkg-query >/dev/null; then
	echo "setup: no Debian packages here; needed: ${need[$use]}" | xargs >&2
	exit 0
fi
missing=()
for p in ${need[$use]}; do
	dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null |
		grep -qx installed || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
	root=sudo
	if ! command -v sudo >/dev/null; then
		echo "setup: neither root nor sudo; install ${missing[*]}" >&2
		exit 1
	fi
fi
echo "installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	$root apt-get -qq update &&
	$root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y install --no-install-recommends "${missing[@]}"
}
if ! install >"$log" 2>&1; then
	tail -20 "$log" >&2
	echo "setup: apt-get could not install ${missing[*]}" >&2
	exit 1
fi
