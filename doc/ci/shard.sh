#!/bin/sh
# The i-th of n parts, i from 0, of the tests of a Go module, for Plan 9:
#
#	sh shard.sh i n [-flag[=value] ...] [package ...]
#
# go_plan9_amd64_exec is on PATH (make install). Every test, example and fuzz target with seeds is in
# one part; the parts are as even as their numbers of tests. Flags are go test's: -short, -count=1,
# -tags=x. A flag and its value are one word.
set -eu
usage() {
	echo "shard.sh: $*; usage: shard.sh i n [-flag[=value] ...] [package ...]" >&2
	exit 2
}
[ $# -ge 2 ] || usage 'no part'
i=$1 n=$2
shift 2
case $i$n in
*[!0-9]*) usage "part $i of $n" ;;
esac
[ "$i" -lt "$n" ] || usage "part $i of $n: parts are numbered from 0"
export GOOS=plan9 GOARCH=amd64
# flags are quoted for eval; build are those that decide what is compiled, which the list needs too
flags='' build=''
while [ $# -gt 0 ]; do
	case $1 in
	-*) ;;
	*) break ;;
	esac
	name=${1#-}
	name=${name#-}
	name=${name%%=*}
	case $name in
	run | list | args | c) usage "-$name does not go with parts" ;;
	esac
	case $1 in
	*=*) ;;
	*)
		case $name in
		a | asan | benchmem | buildvcs | cover | failfast | fullpath | json | linkshared | modcacherw | msan | n | \
			race | short | trimpath | v | work | x) ;;
		*) usage "$1: a flag and its value are one word, -$name=value" ;;
		esac
		;;
	esac
	word="'$(printf '%s' "$1" | sed "s/'/'\\\\''/g")'"
	flags="$flags $word"
	case $name in
	C | asan | asmflags | buildmode | buildvcs | compiler | exec | gccgoflags | gcflags | installsuffix | ldflags | \
		linkshared | mod | modcacherw | modfile | msan | overlay | p | pgo | pkgdir | race | tags | toolexec | trimpath)
		build="$build $word"
		;;
	esac
	shift
done
for p; do
	case $p in
	-*) usage "$p: flags come before packages" ;;
	esac
done
[ $# -gt 0 ] || set -- ./...
list=$(eval "go test $build -list . \"\$@\"") || { printf '%s\n' "$list"; exit 1; }
# The names come first, then "ok package time": package name
part=$(printf '%s\n' "$list" | awk -v i="$i" -v n="$n" '
	/^(Test|Example|Fuzz)/ {name[++k] = $1; next}
	/^ok/ {for(j = 1; j <= k; j++) if(m++ % n == i) print $2, name[j]; k = 0}
	/^\?/ {k = 0}')
status=0
for p in $(printf '%s\n' "$part" | cut -d' ' -f1 | uniq); do
	# eval uses it
	# shellcheck disable=SC2034
	run=$(printf '%s\n' "$part" | awk -v p="$p" '$1 == p {r = r "|" $2} END {print substr(r, 2)}')
	eval "go test $flags -run \"^(\$run)\\\$\" \"\$p\"" || status=1
done
exit $status
