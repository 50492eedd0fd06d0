#!/bin/bash
# Is each race's test worth something? test/unit/unfix.sh [name ...]
#
# For each patch in test/unit/unfix, which takes one fix out of the kernel, a
# copy of the sources is built with it, and the tests of that race (raceN_ of
# imagerace_test.c or pagerace_test.c, procN_ of procrace_test.c or memrace_test.c, devN_ of tests of
# devices) are run and must fail. Without patch they must pass. Without the fixes in
# $stormy the storm of test/unit/proc must fail as well.
# A patch that no longer applies, or does not compile, is a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
top=$PWD

stormy=' proc1-parent proc3-lookagain proc4-kill '

patches=()
for name; do patches+=("$top/test/unit/unfix/$name.patch"); done
[ $# -eq 0 ] && patches=("$top"/test/unit/unfix/*.patch)

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/0"
cp -r Makefile helper include kernel plan9 test "$tmp/0" || exit 1

# The program that has the tests of race $1.
progof() {
	local t
	case ${1%%-*} in
	proc6 | proc7 | proc8) t=memrace ;;
	proc*) t=procrace ;;
	dev1) t=procgone ;;
	dev2) t=pipe ;;
	race1 | race2 | race3 | race7 | race11 | race13) t=imagerace ;;
	*) t=pagerace ;;
	esac
	echo "out/unit/address/${t}_test"
}
build() {
	make -s OUT=out "$@" >log 2>&1 || { cat log; return 1; }
}
norandom=
setarch -R true 2>/dev/null && norandom='setarch -R'
# Run tests $2 of race $1's program.
races() {
	# what hangs is caught, so it need not be given long
	DEADLOCK=20 timeout -k 5 120 $norandom "$(progof "$1")" "$2" >log 2>&1
}

# Does the storm notice that the fix is missing?
stormfails() {
	local storm=out/unit/address/storm_test
	build "$storm" || return 1
	! DEADLOCK=20 timeout -k 5 120 "$storm" all_ >stormlog 2>&1
}

good() { echo "unfix: $1"; }
bad() { echo "unfix: FAILED: $1"; }

# unfix patch: build with the fix taken out, run the tests of its race
unfix() {
	local name race why
	name=$(basename "$1" .patch)
	race=${name%%-*}
	if ! patch --dry-run -s -p1 <"$1" || ! patch -s -p1 <"$1"; then
		bad "$name: the patch does not apply"
		return
	fi
	if ! build "$(progof "$name")"; then
		bad "$name: does not compile"
	elif races "$race" "${race}_*"; then
		bad "$name: $race's tests pass without the fix"
	elif ! grep -q '^not ok\|^\[  FAILED\|FAILED' log; then
		cat log
		bad "$name: the tests did not run"
	elif why=$(grep -m1 'panic:\|ERROR: \|it hung' log)
	[[ $stormy == *" $name "* ]] && ! stormfails; then
		bad "$name: the storm does not compile, or passes without the fix"
	else
		good "$name is caught: ${why#*panic: }"
	fi
	patch -s -R -p1 <"$1" || exit 1
	# the time of the file, for make
	sed -n 's,^+++ b/,,p' "$1" | xargs touch
}

cd "$tmp/0" || exit 1
all=(race1 race4 proc1 proc6 dev1 dev2)
# shellcheck disable=SC2046
build $(for one in "${all[@]}"; do progof "$one"; done)
for one in "${all[@]}"; do
	t=$(basename "$(progof "$one")")
	if races "$one" '*'; then
		good "with all fixes $t passes"
	else
		cat log
		bad "with all fixes $t fails"
	fi
done >"$tmp/out"
cat "$tmp/out"

# Each processor has a copy of the sources and objects, and takes the patches in turn.
workers=$(nproc)
for ((w = 1; w < workers; w++)); do
	cp -a "$tmp/0" "$tmp/$w" || exit 1
done
for ((w = 0; w < workers; w++)); do
	(
		cd "$tmp/$w" || exit 1
		for ((i = w; i < ${#patches[@]}; i += workers)); do
			unfix "${patches[i]}"
		done
	) | tee "$tmp/out$w" &
done
wait

n=$(cat "$tmp"/out* | grep -c '^unfix: ')
failed=$(cat "$tmp"/out* | grep -c '^unfix: FAILED: ')
# a worker that ended early left some out
missing=$((${#all[@]} + ${#patches[@]} - n))
[ "$missing" -gt 0 ] && echo "unfix: FAILED: $missing were not tried"
failed=$((failed + missing))
echo "$((n - failed + missing)) passed, $failed failed"
[ "$failed" -eq 0 ]
