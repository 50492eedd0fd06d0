#!/bin/bash
# run9 --export, mounted by Linux's v9fs: test/v9fs.sh
#
# The client is the kernel of Debian's package, in a virtual machine of QEMU's (which needs no
# rights, and emulates the processor). It reaches instances of run9 at this machine's loopback
# address by QEMU's own network. test/v9fs/init is what the guest does.
#
#	RUN9=./run9 OUT=out test/v9fs.sh
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
"$top/test/setup.sh" v9fs || exit 1
mkdir -p "${OUT:-$top/out}/v9fs"
cache=$(realpath -e -- "${OUT:-$top/out}/v9fs") || exit 1

# The kernel is not installed, only unpacked.
if [ ! -d "$cache/kernel" ]; then
	(cd "$cache" &&
		p=$(apt-cache depends linux-image-amd64 | awk '/Depends/ {print $2; exit}') &&
		apt-get -q download "$p" >log 2>&1 &&
		dpkg-deb -x "$p"_*.deb new && mv new kernel && rm "$p"_*.deb) ||
		{ cat "$cache/log"; exit 1; }
fi

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"

mkdir -p guest/{bin,modules,proc,dev} export
cp /bin/busybox guest/bin
for m in fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_fd fs/9p/9p \
	drivers/net/ethernet/intel/e1000/e1000; do
	cp "$cache"/kernel/lib/modules/*/kernel/$m.ko guest/modules || exit 1
done
# each after those that it needs
echo netfs.ko fscache.ko 9pnet.ko 9pnet_fd.ko 9p.ko e1000.ko >guest/modules/order
cp "$top/test/v9fs/init" guest/init
(cd guest && find . | cpio -o -H newc 2>/dev/null) | gzip -1 >initrd
echo 'from the host' >export/there

# Each says its port.
./run9 --export "tcp!127.0.0.1!0=$tmp/export" >out 2>err </dev/null &
first=$!
./run9 --export 'tcp!127.0.0.1!0' >out2 2>err2 </dev/null &
second=$!
# port file: the port in the line that run9 writes there
port() {
	for _ in {1..600}; do
		sed -n 's/.*tcp!127\.0\.0\.1!\([0-9]*\)$/\1/p' "$1" | grep . && return
		sleep 0.1
	done
	fail "no port in $1"
}
files=$(port err)
all=$(port err2)
timeout -k 5 300 qemu-system-x86_64 -accel tcg -m 256 -kernel "$cache"/kernel/boot/vmlinuz-* \
	-initrd initrd -append "console=ttyS0 quiet panic=-1 FILES=$files ALL=$all" \
	-display none -serial stdio -no-reboot -nic user,model=e1000 </dev/null >guest.log 2>&1
passed=$(grep -c '^ok ' guest.log)
while read -r line; do fail "$line"; done < <(grep '^FAIL' guest.log)
tr -d '\r' <guest.log | grep -qx ENDED && pass || { fail 'the guest did not end'; tail -20 guest.log; }
[ "$passed" -gt 30 ] && pass || fail "only $passed cases"
[ "$(ls export)" = there ] && pass || fail "left: $(ls export)"
kill -TERM $first $second
wait $first $second
[ -z "$(ours)" ] && pass || fail "processes left: $(ours)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
