#!/bin/sh
# Run Plan 9 test programs under run9: each in a directory of its own, each
# with its common and its unusual encoding of system calls.
#
#	RUN9=./run9 OUT=out test/prog/run.sh [name ...]
#
# Without names: elf2aout.sh, util.sh, every $OUT/prog/*test and
# $OUT/prog/trap/*test. Prints what failed, and "N passed, N failed" last (cases, and programs that crashed or
# said nothing). V=1 prints every line. SWITCHES has options for run9: --plain, or
# --no=NAME,... SEEN is a file to which a LOCKORDER build's pairs of locks go.

: "${RUN9:=./run9}" "${OUT:=out}" "${GUARD:=600}"
export RUN9 OUT GUARD

run9=$(realpath -e -- "$RUN9") || exit 1
if [ -n "${SWITCHES:-}" ]; then
	bin=$(mktemp -d) || exit 1
	trap 'rm -rf "$bin"' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$run9" "$SWITCHES" >"$bin/run9"
	chmod 755 "$bin" "$bin/run9"
	RUN9=$bin/run9 run9=$bin/run9
	export SWITCHES
fi
out=$(realpath -e -- "$OUT/prog") || exit 1
# where run9 finds its helpers, unless they lie beside it
PATH=${out%/prog}/helper:$PATH
pass=0
bad=0


# tally NAME STATUS LOG: count a program's lines, show what failed.
tally()
{
	ok=$(grep -c '^ok ' "$3")
	failed=$(grep -c '^FAIL ' "$3")
	if [ "$ok" = 0 ] && [ "$failed" = 0 ]; then
		echo "FAIL $1: no result, exit status $2"
		sed 's/^/	/' "$3" | tail -20
		failed=1
	elif [ "$2" != 0 ] && [ "$failed" = 0 ]; then
		echo "FAIL $1: exit status $2 after $ok cases"
		sed 's/^/	/' "$3" | tail -20
		failed=1
	elif [ "$failed" != 0 ] || [ -n "$V" ]; then
		sed "s|^\(ok\|FAIL\) |&$1: |" "$3" |
			if [ -n "$V" ]; then cat; else grep -v '^ok '; fi
	fi
	pass=$((pass + ok))
	bad=$((bad + failed))
}

runone()
{
	dir=$(mktemp -d) || exit 1
	chmod 755 "$dir" # what a new file may have depends on it: open(5)
	case $1 in
	*/cmd*test) set -- "$1" --cmd ;; # cmd(3) is off otherwise
	esac
	(cd "$dir" && exec timeout -k 5 "$GUARD" "$run9" ${SEEN:+-s} ${2:-} "$1") \
		>"$dir.log" 2>&1 </dev/null
	tally "${1#"$out"/}" $? "$dir.log"
	[ -n "${SEEN:-}" ] && grep -a '^inside ' "$dir.log" >>"$SEEN"
	rm -rf "$dir" "$dir.log"
}

if [ $# = 0 ]; then
	log=$(mktemp) || exit 1
	for part in elf2aout util; do
		"$(dirname "$0")/$part.sh" >"$log" 2>&1
		tally $part $? "$log"
	done
	rm -f "$log"
	set --
	for p in "$out"/*test "$out"/trap/*test; do
		set -- "$@" "$p"
	done
else
	for n; do
		set -- "$@" "$out/$n"
		shift
	done
fi
for p; do
	runone "$p"
done
echo "$pass passed, $bad failed"
[ "$bad" = 0 ] && [ "$pass" != 0 ]
