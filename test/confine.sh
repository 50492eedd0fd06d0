#!/bin/bash
# run9 in places like containers: test/confine.sh
#
# A root directory has the static run9, a program and a Go package's test, nothing else: no /proc,
# /dev or /tmp, and it is read-only. run9 runs there without privileges, under a seccomp filter like
# container engines' default (test/confine/confine.c), with and without Syscall User Dispatch, and
# under small limits. Mounts are made in a mount name space of the test's own.
#
#	RUN9=./run9 OUT=out test/confine.sh
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
p=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "${RUN9:-$top/run9}"

mkdir root root/words root/tmp
cp run9 root/run9
# some hosts have their users' work in /srv
mkdir -p root/srv/work
echo worked >root/srv/work/file
cp "$p/cat" "$p/hello" "$p/sh" "$p/forktest" "$p/exits" root
cp -r "$top/test/go/example/testdata" root/words
if command -v go >/dev/null; then
	(cd "$top/test/go/example" && GOCACHE=${GOCACHE:-$top/out/go-cache} GOFLAGS='' GOWORK=off CGO_ENABLED=0 \
		GOOS=plan9 GOARCH=amd64 go test -c -o "$tmp/root/words/words.test" .) || exit 1
fi
# shellcheck source=test/confine/space.sh
. "$top/test/confine/space.sh" root
cat >inside <<'EOF'
set -e
mount --make-rprivate /
mount --bind root root
mount -o remount,bind,ro root
cd root
exec chroot . "$@"
EOF
if ! unshare "${space[@]}" bash inside /confine true 2>err && ! grep -q confine: err; then
	echo "not run: no mount name space can be made here: $(head -1 err)"
	echo "0 passed, 0 failed"
	exit 0
fi

# run what status out option ... -- arg ...: run9 with those arguments, confined with those options
run() {
	local what=$1 want=$2 words=$3 o=()
	shift 3
	while [ "$1" != -- ]; do
		o+=("$1")
		shift
	done
	shift
	confined 120 /confine "${o[@]}" /run9 "$@"
	if [ "$status" -eq "$want" ] && grep -qx -- "$words" out && [ ! -s err ]; then
		pass
	else
		fail "$what: status $status, not $want, or other words than '$words'"
	fi
}
for old in '' -o; do
	o=(${old:+"$old"})
	run "hello $old" 0 'hello, world' "${o[@]}" -- /hello
	run "hello by seccomp $old" 0 'hello, world' "${o[@]}" -- --seccomp /hello
	run "forks $old" 0 'ok .*' "${o[@]}" -- /forktest memoryiscopied
	run "a status $old" 0 'hello, world' "${o[@]}" -- /sh -c '/exits 3; /hello'
	[ ! -e root/words/words.test ] ||
		run "a Go test $old" 0 PASS "${o[@]}" -- -c /words /words/words.test
done
run 'a folder of the host in /srv' 0 worked -- -c /srv/work /cat file
run 'by its full name' 0 worked -- /cat /srv/work/file
# and with little of what containers limit
(ulimit -n 64; run '64 open files' 0 'hello, world' -- /hello; [ "$failed" -eq 0 ]) && pass || fail '64 open files'
(ulimit -u 200; run '200 processes' 0 'hello, world' -- /hello; [ "$failed" -eq 0 ]) && pass || fail '200 processes'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
