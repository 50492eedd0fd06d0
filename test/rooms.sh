#!/bin/bash
# The portable rooms know no host: test/rooms.sh [tree]
#
# kernel/{lib,mm,proc,ns,dev} must compile into the harness and, later, on
# another machine layer. So: every #include is one of run9's own headers or one
# that a freestanding compiler supplies, and there is no machine code, no
# compiler builtin of one processor and no host system call. Comments and
# strings do not count.
set -u
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

for f in $(find kernel/lib kernel/sync kernel/mm kernel/ns kernel/proc kernel/dev kernel/init \
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
		# Only a device may be about the host's files.
		kernel/dev/*) grep -vE '"host/(host|hostfile)\.h"' ;;
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

echo "$files files looked at"
[ "$fail" -eq 0 ]
