#!/bin/sh
# Tests of the utility programs, as one meets them from the host: output, exit
# status, standard input. Prints "ok"/"FAIL" lines; run.sh counts them.
#
#	RUN9=./run9 OUT=out test/prog/util.sh

: "${RUN9:=./run9}" "${OUT:=out}" "${GUARD:=600}"

run9=$(realpath -e -- "$RUN9") || exit 1
bin=$(realpath -e -- "$OUT/prog") || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# p9 PROG ARG...
p9()
{
	prog=$1
	shift
	timeout -k 5 "$GUARD" "$run9" "$bin/$prog" "$@"
}

# is CASE GOT WANT
is()
{
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		echo "FAIL $1: got '$2', not '$3'"
	fi
}

nl='
'
is hellosaysso "$(p9 hello)" 'hello, world'
p9 true
is successiszero $? 0
p9 exits
is emptystringiszero $? 0
p9 exits 7
is numberisthestatus $? 7
is numbersaysnothing "$(p9 exits 7 2>&1)" ''
p9 exits 'some words' 2>err
is stringisstatusone $? 1
case $(cat err) in
*'some words'*) echo ok stringgoestostandarderror ;;
*) echo "FAIL stringgoestostandarderror: '$(cat err)'" ;;
esac
p9 exits 256 2>/dev/null
is bignumberisastring $? 1
is argumentsarrivewhole "$(p9 echo a '' 'b  c' 'ä')" 'a  b  c ä'
is echonleavesoutnewline "$(p9 echo -n x; echo y)" xy
is catcopiesstandardinput "$(printf 'one\ntwo\n' | p9 cat)" "one${nl}two"
head -c 300000 /dev/urandom >big
p9 cat big >copy
cmp -s big copy
is catcopiesbigfiles $? 0
p9 cat <big | cmp -s - big
is bigpipescomethrough $? 0
p9 cat no/such 2>/dev/null
is missingfileisafailure $? 1
mkdir dir && touch dir/a dir/b
is lslistsnames "$(p9 ls dir | sort | tr '\n' ' ')" 'dir/a dir/b '
is envissettable "$(p9 sh -c "echo value >/env/utiltest; printenv utiltest")" value
is semicolonsequences "$(p9 sh -c 'echo a; echo b')" "a${nl}b"
is pipesconnect "$(p9 sh -c 'echo through | cat | cat')" through
is redirectionwrites "$(p9 sh -c 'echo x >f; echo y >>f; cat <f; cat f')" \
	"x${nl}y${nl}x${nl}y"
is repeatrepeats "$(p9 sh -c 'repeat 3 echo r' | wc -l)" 3
is groupsgroup "$(p9 sh -c '{ echo a; echo b } | cat')" "a${nl}b"
is quotingquotes "$(p9 sh -c "echo 'a  ''b'")" "a  'b"
is waitwaits "$(p9 sh -c 'cat f & wait; echo end' | tail -1)" end
p9 sh -c 'exits 9'
is statusofthelastcommand $? 9
p9 sh -c 'exits 9; true'
is statusisofthelast $? 0
printf '# a script\necho from a file # rest\n\necho two\n' >script
is shreadsfiles "$(p9 sh script)" "from a file${nl}two"
is shreadsstandardinput "$(p9 sh <script)" "from a file${nl}two"
p9 sh -c 'no-such-command' 2>/dev/null
is missingcommandisafailure $? 1
p9 storm 20 "$bin/true" >/dev/null
is stormruns $? 0
p9 storm 5 "$bin/exits" bad 2>/dev/null
is stormseesfailures $? 1
p9 spin 1000
is spinends $? 0
