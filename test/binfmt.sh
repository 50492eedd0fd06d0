#!/bin/bash
# run9 --register and --unregister: Linux runs Plan 9 programs by their names.
#
#	RUN9=./run9 OUT=out test/binfmt.sh
#
# The tests that write to binfmt_misc do so in a user name space, which has a binfmt_misc of its own
# from Linux 6.7 on. Where there is none, a line says so, and the others run. Uses the programs of
# test/prog.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1
reg=/proc/sys/fs/binfmt_misc

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "${RUN9:-$top/run9}"

cat >inside <<'EOF'
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc || exit 77
exec "$@"
EOF
# within command ...: in a name space whose binfmt_misc is its own. out, err, $status
within() {
	timeout -k 2 120 unshare -Urm bash inside "$@" >out 2>err </dev/null
	status=$?
}
# expect what status out [err-pattern]
expect() {
	if [ "$status" -eq "$2" ] && [ "$(cat out)" = "$3" ] && grep -qE -- "${4:-}" <(cat err; echo); then
		pass
	else
		fail "$1: status $status, not $2, or other words than '$3' and '${4:-}'"
	fi
}

"$tmp/run9" --register more >out 2>err
status=$?
expect 'an argument' 2 '' 'takes no argument'
if [ ! -e $reg/register ]; then
	for o in --register --unregister; do
		"$tmp/run9" $o >out 2>err
		status=$?
		expect "$o without binfmt_misc" 1 '' 'mount -t binfmt_misc'
	done
fi

within true
if [ "$status" -ne 0 ]; then
	echo "not run: a user name space has no binfmt_misc of its own here"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
fi

# both command ...: between --register and --unregister
both() {
	within bash -c "'$tmp/run9' --register && { $1; } && '$tmp/run9' --unregister"
}
cp "$p/echo" "$p/exits" "$p/cat" "$p/exectest" .
both "cat $reg/run9"
grep -q "^interpreter $tmp/run9\$" out && grep -q '^flags: PF$' out && grep -q '^magic 00008a97$' out &&
	pass || fail 'what is registered'
both './echo one "two three" --help'; expect 'a relative path' 0 'one two three --help'
both 'cd /; $OLDPWD/echo one'; expect 'an absolute path' 0 one
both 'PATH=$PWD:$PATH; cd /; exec $OLDPWD/echo -- -r one' ; expect 'options of the program' 0 '-- -r one'
both './exits 3; echo $?'; expect 'exit status' 0 3
both 'echo input | ./cat'; expect 'standard input' 0 input
printf '#!%s/echo one two\n' "$tmp" >script
chmod +x script
both './script three'; expect 'a script' 0 'one two ./script three'
printf '\0\0\1\353%060d' 0 >a386
chmod +x a386
both './a386 2>/dev/null || echo not run'; expect 'not an amd64 executable' 0 'not run'
# Linux has run9 open: it runs in a root directory that has no run9
mkdir root
cp echo root
both 'chroot root /echo rooted'; expect 'another root' 0 rooted
both "'$tmp/run9' --register; ./echo twice"; expect 'registered twice' 0 twice
within "$tmp/run9" --unregister; expect 'not registered' 1 '' 'not registered'
within bash -c "'$tmp/run9' --register && '$tmp/run9' --unregister && ls $reg | xargs"
expect 'unregistered' 0 'register status'
cp "$p/args" .
both '(exec -a another ./args one)'; expect "the caller's argv[0]" 0 $'another\none'
mkdir 'a:b'
cp run9 'a:b'
within "$tmp/a:b/run9" --register; expect 'a path with a colon' 1 '' 'takes no path'
# A --register that fails leaves what was registered
cp run9 gone
long=$(printf '%0120d' 0)
mkdir "$long"
cp run9 "$long"
cat >fails <<'FAILS'
"$1/run9" --register || exit
[ "$2" != gone ] || { exec 9<gone && rm gone && set -- "$1" /proc/self/fd/9; }
"$2" --register
echo $?
grep -x "interpreter $1/run9" /proc/sys/fs/binfmt_misc/run9
FAILS
for f in "$tmp/a:b/run9" "$tmp/$long/run9" gone; do
	within bash fails "$tmp" "$f"
	expect "what was registered, after --register of $f" 0 "1
interpreter $tmp/run9" 'takes no path|cannot be run'
done
# root of the name space without its rights
within bash -c "chmod 0 $reg/register; setpriv --bounding-set=-all --inh-caps=-all --securebits=+noroot '$tmp/run9' --register"
expect 'not root' 1 '' 'only root'
# systemd-binfmt gets the same line
sed "s,@BINDIR@,$tmp," "$top/tools/binfmt.conf" >conf
within bash -c "sed '/^#/d' conf >$reg/register && cat $reg/run9"
mv out byconf
both "cat $reg/run9"
cmp -s out byconf && [ -s out ] && pass || fail 'the file for systemd-binfmt'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
