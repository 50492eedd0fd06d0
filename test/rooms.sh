#!/bin/bash
# The house's rooms: test/rooms.sh [tree]
#
# The floors: a room uses what is defined below it, and nothing above. This is read
# from the symbols of the objects in $OUT (default out), which make has built, and
# from the includes. data headers that belong to no room (portdat.h) are for all.
#
# The portable rooms know no host.
#
# kernel/{lib,mm,proc,ns,dev,net,tls,export} must compile into the test machine and, later, on
# another machine layer. So: every #include is one of run9's own headers or one
# that a freestanding compiler supplies, and there is no machine code, no
# compiler builtin of one processor and no host system call. Comments and
# strings do not count.
set -u
shopt -s nullglob
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$(dirname "$0")/..}" || exit 1

ok='stdarg|stddef|stdint|stdbool|limits|stdatomic|stdalign|stdnoreturn'
fail=0 files=0

# The code alone, line numbers kept.
code() {
	sed -e 's,\\\\,,g; s,\\",,g; s,"[^"]*","",g' "$1" | awk '
	{
		out = ""; s = $0
		while(s != ""){
			if(inside){
				i = index(s, "*/")
				if(!i){ s = ""; break }
				s = substr(s, i+2); inside = 0
				continue
			}
			i = index(s, "/*"); j = index(s, "//")
			if(j && (!i || j < i)){ out = out substr(s, 1, j-1); s = ""; break }
			if(!i){ out = out s; break }
			out = out substr(s, 1, i-1) " "; s = substr(s, i+2); inside = 1
		}
		print out
	}'
}

# complain file what: reads "line:text" lines.
complain() {
	local l
	while IFS= read -r l; do
		echo "$1:${l%%:*}: $2:${l#*:}"
		fail=$((fail + 1))
	done
}

# rule file pattern what
rule() {
	complain "$1" "$3" < <(code "$1" | grep -nE "$2")
}

for f in $(find kernel/lib kernel/sync kernel/mm kernel/ns kernel/proc kernel/dev kernel/net kernel/tls kernel/export kernel/init \
	-name '*.[chS]' 2>/dev/null | sort); do
	files=$((files + 1))
	case $f in
	*.S) echo "$f: assembly in a portable room"; fail=$((fail + 1)); continue ;;
	esac
	complain "$f" 'not a freestanding header' < <(
		grep -nE '^[[:space:]]*#[[:space:]]*include(_next)?[[:space:]]*<' "$f" |
		grep -vE "<($ok)\\.h>")
	complain "$f" "not one of run9's headers" < <(
		grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$f" |
		while IFS= read -r l; do
			h=${l#*\"}; h=${h%%\"*}
			[ -e "include/$h" ] || [ -e "kernel/$h" ] ||
				[ -e "$(dirname "$f")/$h" ] ||
				[ "$h" = machine.h ] || printf '%s\n' "$l"
		done)
	complain "$f" 'reaches into the machine layer' < <(
		grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"(\.\./)*host/' "$f" |
		case $f in
		# Only a device may be about the host's files, commands and connections, and the export
		# about its listener.
		kernel/net/*)
			grep -vE '"host/(host|hostfile|hosthelp|hostnet)\.h"' ;;
		kernel/dev/* | kernel/tls/* | kernel/export/*)
			grep -vE '"host/(host|hostcmd|hostfile|hosthelp|hostsock)\.h"' ;;
		*) grep -v '"host/host\.h"' ;;
		esac)
	rule "$f" '(^|[^A-Za-z0-9_])(asm|__asm__|__asm)([^A-Za-z0-9_]|$)' 'machine code'
	rule "$f" '__builtin_ia32|__seg_[fg]s|__builtin_cpu_|_mm_[a-z]|__m(64|128|256|512)' \
		'one processor only'
	rule "$f" '__(x86_64|amd64|i386|aarch64|linux|gnu_linux)(__)?([^A-Za-z0-9_]|$)' \
		'asks which machine it is on'
	rule "$f" '(^|[^A-Za-z0-9_])(__NR_|SYS_[a-z]|hostcall_?[[:space:]]*\(|blockcall_?[[:space:]]*\(|syscall[[:space:]]*\([[:space:]]*[0-9])' \
		'a host system call'
done

# Lowest first. What a lower room calls of an upper one is a hook, a function
# pointer of the lower room's that the upper one sets.
floors='lib sync mm ns proc dev net tls export init'
floor() {
	local i=0 f
	for f in $floors; do
		[ "$f" = "$1" ] && { echo $i; return; }
		i=$((i + 1))
	done
}
objects=${OUT:-out}/kernel
symbols=0
if [ -d "$objects" ]; then
	arrows=$(for r in $floors; do
		for f in kernel/"$r"/*.c; do
			nm -P "$objects/$r/$(basename "$f" .c).o" |
				awk -v r="$r" -v n="$(floor "$r")" -v f="$f" '{print n, r, f, $1, $2}'
		done
	done | awk '
		$5 ~ /^[TDBRCV]$/ {floor[$4] = $1; room[$4] = $2; n++}
		$5 == "U" {used[$4 " " $1 " " $3]}
		END {
			for(u in used){
				split(u, a, " ")
				if(a[1] in floor && floor[a[1]] > a[2])
					print a[3] ": uses " a[1] " of the room above, " room[a[1]]
			}
			print "symbols", n
		}')
	symbols=$(sed -n 's/^symbols //p' <<<"$arrows")
	while IFS= read -r l; do
		[ -n "$l" ] || continue
		echo "$l"
		fail=$((fail + 1))
	done < <(grep -v '^symbols ' <<<"$arrows" | sort)
	if [ "${symbols:-0}" -eq 0 ]; then
		echo "rooms: no symbols in $objects"
		fail=$((fail + 1))
	fi
fi
for r in $floors; do
	for f in kernel/"$r"/*.[ch]; do
		while IFS= read -r l; do
			i=$(sed -E 's,.*"([a-z]+)/.*,\1,' <<<"$l")
			i=$(floor "$i")
			[ -n "$i" ] && [ "$i" -gt "$(floor "$r")" ] || continue
			echo "$f:${l%%:*}: includes a header of a room above"
			fail=$((fail + 1))
		done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[a-z]+/' "$f")
	done
done

"$here/rooms-host.sh" "$PWD" || fail=$((fail + 1))

echo "$files files looked at, ${symbols:-0} symbols"
[ "$fail" -eq 0 ]
