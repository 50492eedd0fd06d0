#!/bin/bash
# A Plan 9 tree as root: run9 -r tree [prog], with a tree laid out as 9front's sources
# with their programs built: no /bin, /tmp, /n or /mnt.
#
#	RUN9=./run9 OUT=out test/tree.sh
#
# Uses the programs of test/prog; the tree's rc is ttysh.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"
run9=$tmp/run9

# run args ...: under run9 in the tree; out, err, $status
run() {
	timeout -k 2 60 "$run9" -r tree "$@" >out 2>err </dev/null
	status=$?
}
# prints what text args ...: run prints text and nothing else
prints() {
	local what=$1 text=$2
	shift 2
	run "$@"
	if [ "$status" -eq 0 ] && [ "$(cat out)" = "$text" ] && [ ! -s err ]; then
		pass
	else
		fail "$what: status $status, wanted '$text'"
	fi
}
# has what pattern: a line of out is it
has() {
	grep -qxE -- "$2" out && pass || fail "$1: no line '$2'"
}

user=$(id -un)
home=tree/usr/$user
mkdir -p tree/{amd64/bin,rc/bin,lib,adm/timezone,sys/lib} "$home"/{lib,tmp}
cp "$p"/{cat,echo,exits,hello,ls,printenv,sh} tree/amd64/bin
cp "$p/ttysh" tree/amd64/bin/rc
printf '#!/bin/sh\necho a script\n' >tree/rc/bin/script
chmod +x tree/rc/bin/script
printf 'CET 3600 CES 7200\n  1 2' >tree/adm/timezone/local
cat >tree/lib/namespace <<'END'
# the tree
mount -aC #s/boot /root $rootspec
bind -a $rootdir /

bind #c /dev
bind #d /fd
bind -c #e /env
bind #p /proc
bind -c #s /srv
bind -q #σ /shr
bind -a #¤ /dev

mount -b /srv/factotum /mnt
mount -a /srv/slashn /n
mount -a /srv/slashmnt /mnt
mount -qC /srv/cwfs /n/other other

bind /$cputype/bin /bin
bind -a /rc/bin /bin
bind -a #l /net
bind -a #I /net
bind -qc /n/other/usr/$user/tmp /usr/$user/tmp
bind -c /usr/$user/tmp /tmp
cd /usr/$user
. /lib/namespace.local
. /lib/namespace.$sysname
END
echo 'a profile' >"$home/lib/profile"
echo mine >"$home/file"

# --- programs ---

prints 'a program of amd64/bin' 'hello, world' hello
prints 'a program of rc/bin' 'a script' script
echo here >here
prints "the host's directory" here cat here
prints "the host's root" here cat "/mnt/host$tmp/here"
prints "the tree's own files" "$(cat tree/adm/timezone/local)" cat /root/adm/timezone/local
run ls /
for d in bin tmp n mnt dev env proc srv fd lib usr amd64; do
	has "/$d" "/+$d"
done

# --- the environment of init(8) ---

vars() {
	run sh -c 'cat /env/timezone; echo; echo $x; cat /env/service; echo; cat /env/home; echo;
		cat /env/user; echo; cat /env/cputype; echo; cat /env/objtype; echo; cat /env/sysname'
}
vars
has timezone 'CET 3600 CES 7200'
has service con
has home "/usr/$user"
has user "$user"
has cputype amd64
has sysname "$(uname -n)"
prints '-e goes before' other -e service=other cat /env/service

# --- the name space ---

run cat /proc/1/ns
cp out ns
has 'the tree is mounted' 'mount -aC #s/boot /root'
has 'programs' 'bind  /amd64/bin /bin'
has "the host's root" 'bind -c #Z /mnt/host'
has "the user's folder for temporary files" "bind -c /usr/$user/tmp /tmp"
# It can be carried out again, and is the same then but for the current directory.
grep -v '^cd ' ns >ns1
run -n ns cat /proc/1/ns
grep -v '^cd ' out | grep -Fxvf ns1 >added
[ "$status" -eq 0 ] && pass || fail "the name space as a namespace file: status $status"
run sh -c 'echo text >/tmp/new'
[ "$(cat "$home/tmp/new" 2>&1)" = text ] && pass || fail 'a file in /tmp'
# Without a namespace file, and without a folder for temporary files in it.
mv tree/lib/namespace tree/lib/ns
prints 'no namespace file' 'hello, world' hello
mkdir tree/lib/namespace
run hello
[ "$status" -eq 0 ] && grep -q '/lib/namespace: file is a directory' err && pass ||
	fail "a directory as namespace file: status $status"
rmdir tree/lib/namespace
ln -s nowhere tree/lib/namespace
prints 'a link to no namespace file' 'hello, world' hello
rm tree/lib/namespace
file=run9tree.$$
run sh -c "echo text >/tmp/$file"
[ "$(cat "/tmp/$file" 2>&1)" = text ] && pass || fail "the host's /tmp"
rm -f "/tmp/$file"
mkdir tree/tmp
run sh -c "echo text >/tmp/$file"
[ "$(cat "tree/tmp/$file" 2>&1)" = text ] && pass || fail "the tree's /tmp"
rm -r tree/tmp
mv tree/lib/ns tree/lib/namespace
# A line that is no operation is printed, and those behind it are carried out.
printf 'frobnicate /a /b\nbind /usr /n/usr\n' >tree/lib/namespace.local
run ls /n
[ "$status" -eq 0 ] && grep -q 'namespace.*frobnicate' err && pass ||
	fail "a wrong line: status $status"
has 'a line behind a wrong one' '/n/+usr'
rm tree/lib/namespace.local

# --- the shell ---

# No terminal: commands from a file.
printf 'var home\nvar LINES\nexit 7\n' >cmds
timeout -k 2 60 "$run9" -r tree <cmds >out 2>err
status=$?
[ "$status" -eq 7 ] && pass || fail "the shell's status: $status"
has 'the profile' '.*profile a profile'
# The shell begins at home, whatever the namespace file says: init(8).
cp tree/lib/namespace ns.home
echo pwd >cmds
for cd in 'cd /lib' ''; do
	{ grep -v '^cd' ns.home; echo "$cd"; } >tree/lib/namespace
	timeout -k 2 60 "$run9" -r tree <cmds >out 2>err
	has "home, '$cd'" ".*pwd /usr/$user"
done
printf 'bind #c /dev\n' >nsfile
timeout -k 2 60 "$run9" -r tree -n nsfile <cmds >out 2>err
has 'home, -n' ".*pwd /usr/$user"
printf 'cd /lib\n' >nsfile
timeout -k 2 60 "$run9" -r tree -n nsfile <cmds >out 2>err
has 'cd of -n' '.*pwd /lib'
timeout -k 2 60 "$run9" -r tree -c /lib <cmds >out 2>err
has '-c' '.*pwd /lib'
cp ns.home tree/lib/namespace
# Two instances at once.
mkfifo hold
exec 9<>hold
timeout -k 2 60 "$run9" -r tree <&9 >out1 2>&1 9>&- &
first=$!
prints 'a second instance' 'hello, world' hello
echo exit >&9
wait "$first" && pass || fail "the first instance: status $?"
exec 9>&-

# A terminal: test/terminal.py says what it types and what it waits for.
if python3 "$top/test/terminal.py" "$run9" tree >out 2>err; then
	pass
else
	fail 'the terminal'
fi
while read -r _; do pass; done < <(grep '^ok ' out)
[ -z "$(ours)" ] && pass || fail "processes left: $(ours | tr '\n' ' ')"
rm -rf "$tmp/run9"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
