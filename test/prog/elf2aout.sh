#!/bin/sh
# Tests of elf2aout: what it writes, and that it refuses what an a.out cannot
# say; and of the stubs' encoding. Builds small ELF files with $CC; needs the
# programs in $OUT/prog.
#
#	CC=gcc OUT=out test/prog/elf2aout.sh

: "${CC:=gcc}" "${OUT:=out}"
here=$(realpath "$(dirname "$0")") || exit 1
prog=$(realpath "$OUT/prog") || exit 1
e2a=$(realpath "$OUT/plan9/elf2aout") || exit 1
ld=$(realpath "$here/../../plan9/aout.ld") || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
pass=0
bad=0

ok()
{
	echo "ok $1"
	pass=$((pass + 1))
}

fail()
{
	echo "FAIL $1: $2"
	bad=$((bad + 1))
}

# build NAME CFLAGS...: t.c becomes t.elf
build()
{
	# shellcheck disable=SC2086
	$CC -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
		-fno-asynchronous-unwind-tables -nostdlib -static \
		-Wl,--build-id=none -Wl,-z,norelro "$@" -o t.elf t.c
}

# word N FILE: the Nth big-endian word of the header
word()
{
	od -An -v -t x1 -j $(($1 * 4)) -N 4 "$2" | tr -d ' \n'
}

is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		fail "$1" "is $2, not $3"
	fi
}

# refuses CASE TEXT: elf2aout t.elf must fail, say TEXT, and write nothing
refuses()
{
	rm -f t.out
	msg=$("$e2a" t.elf t.out 2>&1)
	if [ $? != 1 ]; then
		fail "$1" "was not refused"
	elif [ -e t.out ]; then
		fail "$1" "left a file"
	else
		case $msg in
		*"$2"*) ok "$1" ;;
		*) fail "$1" "said '$msg', not '$2'" ;;
		esac
	fi
}

cat >t.c <<'!'
int data[3] = {1, 2, 3};
int *pointer = &data[2];
char bss[5000];
int _start(int i) { return data[i] + bss[i] + *pointer; }
!
build -Wl,-T,"$ld" || exit 1
"$e2a" t.elf t.out || fail conversion "exit $?"
is magicisamd64 "$(word 0 t.out)" 00008a97
text=$((0x$(word 1 t.out)))
data=$((0x$(word 2 t.out)))
bss=$((0x$(word 3 t.out)))
is nosymbols "$(word 4 t.out)" 00000000
is highentryiszero "$(word 8 t.out)" 00000000
is bothentriesagree "$(word 5 t.out)" "$(word 9 t.out)"
is sizeisheadertextanddata "$(stat -c %s t.out)" $((40 + text + data))
want=$(readelf -hW t.elf | sed -n 's/.*Entry point address: *0x//p')
is entryisthesame "$((0x$(word 9 t.out)))" $((0x$want))
addr=$(readelf -sW t.elf | awk '$8 == "data" {print $2}')
is datastartsontwomegabytes $((0x$addr & 0x1ffc00)) 0
off=$((40 + text + (0x$addr & 0x1fffff)))
is databytesareinplace "$(od -An -t d4 -j $off -N 12 t.out | tr -s ' ')" ' 1 2 3'
end=$(readelf -sW t.elf | awk '$8 == "end" {print $2}')
is bssreachesend $(((0x$addr & ~0x1fffff) + data + bss)) $((0x$end))
if [ "$(od -An -v -t x1 -j 0 -N 40 t.out | wc -w)" = 40 ] && [ -x t.out ]; then
	ok outputisexecutable
else
	fail outputisexecutable "mode $(stat -c %a t.out)"
fi

head -c 100 t.elf >t2 && mv t2 t.elf
refuses truncatedfile 'outside the file'
echo 'not elf at all, but long enough to be one, with more than sixty-four bytes' >t.elf
refuses notelf 'not an ELF file'
: >t.elf
refuses emptyfile 'not an ELF file'
rm -f t.elf
refuses missingfile 'cannot open'

build
refuses otherlayout 'must be at'
build -Wl,-T,"$ld" -Wl,--defsym=_entry=0x400000 -Wl,-e,_entry
refuses entryoutsidetext 'outside text'
build -Wl,-T,"$ld"
printf '\003\000' | dd of=t.elf bs=1 seek=18 conv=notrunc 2>/dev/null
refuses othermachine 'not for x86-64'
build -Wl,-T,"$ld"
printf '\003\000' | dd of=t.elf bs=1 seek=16 conv=notrunc 2>/dev/null
refuses positionindependent 'not a position-dependent executable'
sed 's/ALIGN(0x200000)/ALIGN(0x1000000)/' "$ld" >other.ld
build -Wl,-T,other.ld
refuses dataelsewhere 'data is at'
cat >t.c <<'!'
__thread int t = 1;
int _start(void) { return t; }
!
cat >tls.ld <<'!'
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); tls PT_TLS; }
SECTIONS {
	. = 0x200000;
	.text : { . += 40; *(.text*) *(.rodata*) } :text
	. = ALIGN(0x200000);
	.tdata : { *(.tdata*) } :data :tls
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
!
build -Wl,-T,tls.ld
refuses threadlocalstorage 'thread-local storage'

# The stubs of a program built here: every system call as kencc and Go write
# it, and none so in the programs under trap/ but the one that midsyscall jumps
# into the middle of (exits).
calls=$(sed -n 's/^SYSCALL(\([0-9]*\),.*/\1/p' "$here/../../include/syscalls.h")
hex()
{
	od -An -v -t x1 "$1" | tr -d ' \n'
}
common=$(hex "$prog/filetest")
other=$(hex "$prog/trap/filetest")
missing=
extra=
for n in $calls; do
	pattern=$(printf '48c7c5%02x0000000f05' "$n")
	case $common in *"$pattern"*) ;; *) missing="$missing $n" ;; esac
	case $other in *"$pattern"*) extra="$extra $n" ;; esac
done
is everycallhasthecommonpattern "$missing" ''
is trapprogramshaveonlymidsyscalls "$extra" ' 8'

echo "$pass passed, $bad failed"
[ "$bad" = 0 ]
