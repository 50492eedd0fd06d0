#!/bin/bash
# Is each race's test worth something? test/unit/unfix.sh [name ...]
#
# For each patch in test/unit/unfix, which takes one fix out of the kernel, a
# copy of the sources is built with it, and the tests of that race (raceN_ of
# imagerace_test.c or pagerace_test.c, procN_ of procrace_test.c, devN_ of tests of
# devices) are run and must fail. Without patch they must pass.
# A patch that no longer applies, or does not compile, is a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
top=$PWD

patches=()
for name; do patches+=("$top/test/unit/unfix/$name.patch"); done
[ $# -eq 0 ] && patches=("$top"/test/unit/unfix/*.patch)

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/src"
cp -r Makefile include kernel test "$tmp/src" || exit 1
cd "$tmp/src" || exit 1

# The program that has the tests of race $1.
progof() {
	local t
	case ${1%%-*} in
	proc*) t=procrace ;;
	dev1) t=procgone ;;
	dev2) t=pipe ;;
	race1 | race2 | race3 | race7 | race11 | race13) t=imagerace ;;
	*) t=pagerace ;;
	esac
	echo "$tmp/out/unit/address/${t}_test"
}
build() {
	make -s OUT="$tmp/out" "$(progof "$1")" >"$tmp/log" 2>&1 || { cat "$tmp/log"; return 1; }
}
norandom=
setarch -R true 2>/dev/null && norandom='setarch -R'
# Run tests $2 of race $1's program.
races() {
	# what hangs is caught, so it need not be given long
	DEADLOCK=20 timeout -k 5 120 $norandom "$(progof "$1")" "$2" >"$tmp/log" 2>&1
}

passed=0 failed=0
good() { passed=$((passed + 1)); echo "unfix: $1"; }
bad() { failed=$((failed + 1)); echo "unfix: FAILED: $1"; }

for one in race1 race4 proc1 dev1 dev2; do
	t=$(basename "$(progof $one)")
	if build $one && races $one '*'; then
		good "with all fixes $t passes"
	else
		cat "$tmp/log"
		bad "with all fixes $t fails"
	fi
done
for p in "${patches[@]}"; do
	name=$(basename "$p" .patch)
	race=${name%%-*}
	if ! patch --dry-run -s -p1 <"$p" || ! patch -s -p1 <"$p"; then
		bad "$name: the patch does not apply"
		continue
	fi
	if ! build "$name"; then
		bad "$name: does not compile"
	elif races "$race" "${race}_*"; then
		bad "$name: $race's tests pass without the fix"
	elif ! grep -q '^not ok\|^\[  FAILED\|FAILED' "$tmp/log"; then
		cat "$tmp/log"
		bad "$name: the tests did not run"
	else
		why=$(grep -m1 'panic:\|ERROR: \|it hung' "$tmp/log")
		good "$name is caught: ${why#*panic: }"
	fi
	patch -s -R -p1 <"$p" || exit 1
	# the time of the file, for make
	sed -n 's,^+++ b/,,p' "$p" | xargs touch
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
