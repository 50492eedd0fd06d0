# shellcheck shell=bash
# For scripts that test a copy of run9: . test/instance.sh run9
#
# Makes the folder $tmp, copies the program into it as run9, and goes there. Only processes of the
# test run a program that lies in $tmp. When the script ends, none of them is left, nor the folder.

tmp=$(mktemp -d) || exit 1
tmp=$(cd "$tmp" && pwd -P)
# The host processes that run a program in $tmp: their pids.
ours() {
	find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$tmp/*" 2>/dev/null |
		cut -d/ -f3
}

trap 'ours | xargs -r kill -KILL 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
cp -- "$1" "$tmp/run9" || exit 1
cd "$tmp" || exit 1

passed=0 failed=0
pass() { passed=$((passed + 1)); }
# fail what: shows how out and err, which the last command wrote, begin.
fail() {
	local f
	failed=$((failed + 1))
	echo "FAIL: $*"
	for f in out err; do
		[ ! -s $f ] || sed "s/^/	$f: /" $f | head -20
	done
}
