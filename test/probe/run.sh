#!/bin/sh
# Run probes under run9 and compare what they print with the real kernel's answers:
#
#	RUN9=./run9 OUT=out test/probe/run.sh [-a] [-n] [-u] [name ...]
#
# Without names, those of $probes. Prints each difference that neither differs nor todo
# lists, each listed question that agrees, and "N passed, N failed" last. -a prints
# the listed differences too; -n prints no answers, but lines for todo; -u drops from
# todo what agrees. A difference counts when it is there in three runs. A probe runs in a
# tree of its own, as a user without privileges.

: "${RUN9:=./run9}" "${OUT:=out}" "${GUARD:=180}"

probes='q9p qexec qlie qnote qproc qseg'

all=0 names=0 update=0
while getopts anu o; do
	case $o in
	a) all=1 ;;
	n) all=1 names=1 ;;
	u) all=1 names=1 update=1 ;;
	*) echo "usage: test/probe/run.sh [-anu] [name ...]" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
# shellcheck disable=SC2086
[ $# = 0 ] && set -- $probes

here=$(dirname "$0")
run9=$(realpath -e -- "$RUN9") || exit 1
out=$(realpath -e -- "$OUT") || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$tmp"

# Root may do what the recorded answers refuse.
asuser=
if [ "$(id -u)" = 0 ]; then
	asuser='setpriv --reuid 65534 --regid 65534 --clear-groups'
fi
cp "$run9" "$tmp/run9" || exit 1

lists=
for f in differs todo; do
	[ -e "$here/$f" ] && lists="$lists kind=list $here/$f"
done

pass=0 bad=0
for p; do
	root=$tmp/$p
	mkdir -p "$root/bin" "$root/lib" "$root/tmp" || exit 1
	cp "$out/prog/echo" "$root/bin/" && cp "$out/probe/$p" "$root/tmp/" || exit 1
	chmod -R a+rX "$root"
	chmod 777 "$root/tmp"
	tcg=/dev/null
	[ -e "$here/$p.tcg" ] && tcg=$here/$p.tcg
	runs='' last=''
	for try in 1 2 3; do
		runs="$runs $tmp/$p.out$try"
		# shellcheck disable=SC2086
		timeout -k 5 "$GUARD" $asuser "$tmp/run9" -r "$root" -c /tmp "/tmp/$p" \
			>"$tmp/$p.out$try" 2>"$tmp/$p.err" </dev/null
		status=$?
		# shellcheck disable=SC2086
		awk -f "$here/compare.awk" -v probe="$p" -v all=$all -v names=$names \
			$lists kind=real "$here/$p.expected" kind=emulator "$tcg" \
			kind=here $runs >"$tmp/$p.cmp" || exit 1
		last=$(tail -1 "$tmp/$p.cmp")
		case $last in *", 0 failed") break ;; esac
	done
	if [ $update = 1 ]; then
		awk -v probe="$p" 'FILENAME == "-" { open[$0]; next }
			index($0, probe ": ") != 1 || $0 in open' \
			- "$here/todo" <"$tmp/$p.cmp" >"$tmp/todo" &&
			cp "$tmp/todo" "$here/todo"
		continue
	fi
	sed '$d' "$tmp/$p.cmp"
	f=${last#* passed, } n=${last%% *} f=${f% failed}
	if [ $status != 0 ]; then
		echo "FAIL $p: exit status $status"
		tail -20 "$tmp/$p.err" | sed 's/^/	/'
		f=$((f + 1))
	fi
	pass=$((pass + n)) bad=$((bad + f))
done
[ $names = 1 ] && exit 0
echo "$pass passed, $bad failed"
[ $bad = 0 ] && [ $pass != 0 ]
