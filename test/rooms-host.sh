#!/bin/bash
# The machine calls of the portable rooms only what kernel/host/upcall.h names:
# test/rooms-host.sh [tree]
#
# Read from the symbols of the objects in $OUT (default out). Every symbol that an
# object of kernel/host needs and an object of another room defines must be declared
# in upcall.h, but for kernel/lib's. A name in upcall.h that the machine does not use
# is a failure too. Without objects there is nothing to look at.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1
objects=${OUT:-out}/kernel
list=kernel/host/upcall.h
[ -d "$objects/host" ] && [ -e $list ] || exit 0

# The names that a header declares, comments left out.
declared() {
	sed -e 's,/\*.*\*/,,; /\/\*/,/\*\//d' "$1" |
		sed -nE 's/.*[ *]([a-z0-9_]+)\(.*/\1/p; s/^extern .*[ *]([a-z0-9_]+);$/\1/p' | sort -u
}

# Objects of the sources that there are: out may keep others.
sources() {
	find "$@" -name '*.[cS]' 2>/dev/null | sed "s,^kernel\(.*\)\.[cS]$,$objects\1.o,"
}

upper=
for r in kernel/*/; do
	case $r in
	kernel/host/ | kernel/lib/) ;;
	*) upper+=" $r" ;;
	esac
done
# shellcheck disable=SC2086
defined=$(sources $upper | xargs -r nm -P | awk 'NF > 1 && $2 ~ /^[TDBRCVW]$/ {print $1}' | sort -u)
used=$(sources kernel/host | xargs -r nm -P | awk '$2 == "U" {print $1}' | sort -u)
called=$(comm -12 <(echo "$defined") <(echo "$used"))
fail=0
while IFS= read -r s; do
	echo "kernel/host uses $s, which $list does not declare"
	fail=1
done < <(comm -23 <(echo "$called") <(declared $list) | grep .)
while IFS= read -r s; do
	echo "$list declares $s, which kernel/host does not use"
	fail=1
done < <(comm -13 <(echo "$called") <(declared $list) | grep .)
[ $fail -eq 0 ]
