#!/bin/bash
# What doc/ci has, tried as far as this host lets: test/ci.sh
#
# doc/ci/job.yaml's pods: the host's root read-only, a /tmp of their own, no privileges, the seccomp
# filter of test/confine. Their cache has what go has built already, where Linux has overlayfs to lay
# theirs over it. Each part of test/go/example runs in one; together they run every test once.
# doc/ci/Containerfile's image: the files that its make line puts there run (test/confine.sh has the
# empty root). The YAML files are parsed where Python can do that.
#
#	RUN9=./run9 OUT=out test/ci.sh
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
out=$(realpath -e -- "${OUT:-$top/out}") || exit 1
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"

# The words of make's line are the Containerfile's, the folders are ours.
sed -n 's/^RUN \(make -C \/src .*\)/\1/p' "$top/doc/ci/Containerfile" |
	sed 's, /src , "$top" OUT="$out" RUN9="$run9" ,; s,=/image,="$tmp/image",; s,^make,make -s,' >makeline
top=$top out=$out run9=$run9 tmp=$tmp bash makeline >out 2>err && [ -x image/usr/bin/run9 ] && [ -x image/usr/bin/go_plan9_amd64_exec ] &&
	pass || fail "the Containerfile's make"
if python3 -c 'import yaml' 2>/dev/null; then
	for f in "$top"/doc/ci/*.y*ml; do
		python3 -c 'import sys, yaml; list(yaml.safe_load_all(open(sys.argv[1])))' "$f" >out 2>err &&
			pass || fail "$f"
	done
else
	echo 'not run: the YAML files are not parsed, Python has no yaml'
fi

if ! command -v go >/dev/null; then
	echo "$0: no go; test/setup.sh installs it" >&2
	exit 1
fi
cp "$top/doc/ci/shard.sh" image/usr/bin
cp -r "$top/test/go/example" src
cat >src/tagged_test.go <<'EOF'
//go:build tagged

package words

import (
	"os"
	"testing"
)

// A build flag brings this test, and -exec the variable.
func TestTagged(t *testing.T) {
	if s := os.Getenv("SAID"); s != "it's said" {
		t.Error(s)
	}
}
EOF
# The cache of the other tests has what both pods need then.
export GOCACHE=${GOCACHE:-$top/out/go-cache}
mkdir -p "$GOCACHE"
(cd src && GOOS=plan9 GOARCH=amd64 GOFLAGS=-buildvcs=false GOPROXY=off CGO_ENABLED=0 \
	go test -tags=tagged -exec=true ./...) >out 2>err && pass || fail "go test's compiler"
mkdir root
# shellcheck source=test/confine/space.sh
. "$top/test/confine/space.sh" image/usr/bin
cat >inside <<'EOF'
set -e
mount --make-rprivate /
mount --rbind / root
mkdir -p root/mnt
mount -t tmpfs none root/mnt
mkdir root/mnt/src root/mnt/bin
mount --bind src root/mnt/src
mount --bind image/usr/bin root/mnt/bin
mount -t tmpfs -o mode=1777 none root/tmp
# What go has built already, below a layer that the pod may write
mkdir -m 777 root/tmp/new root/tmp/work root/tmp/cache
if mount -t overlay -o "lowerdir=$GOCACHE,upperdir=root/tmp/new,workdir=root/tmp/work" none root/tmp/cache; then
	find root/tmp/cache -type d -exec chmod 777 {} +
fi
for m in . mnt/src mnt/bin mnt; do
	mount -o remount,bind,ro root/$m
done
cd root
exec chroot . "$@"
EOF
cat >image/usr/bin/pod <<'EOF'
cd /mnt/src
export PATH=/mnt/bin:$PATH HOME=/tmp GOCACHE=/tmp/cache GOFLAGS=-buildvcs=false GOPROXY=off CGO_ENABLED=0
unset TMPDIR GOPATH GOTMPDIR
touch /mnt/src/x 2>/dev/null && { echo 'the root is not read-only'; exit 1; }
exec sh /mnt/bin/shard.sh "$@"
EOF
chmod a+rx image/usr/bin/*
# pod arg ...: shard.sh with them in a pod; out, err, $status
pod() {
	confined 600 /mnt/bin/confine /bin/sh /mnt/bin/pod "$@"
}
if ! unshare "${space[@]}" mount --bind . . 2>/dev/null; then
	echo 'not run: no mount name space can be made here'
else
	for i in 0 1; do
		pod $i 2 -count=1 -v -tags=tagged "-exec=run9 -e \"SAID=it's said\"" ./...
		[ "$status" -eq 0 ] && grep -q '^ok' out && pass || fail "part $i: status $status"
		cat out >>all
	done
	grep -q 'runs on plan9' all && pass || fail 'Plan 9'
	sed -n 's/^--- PASS: \([A-Za-z]*\).*/\1/p' all | sort >ran
	(cd src && grep -hoE '^func (Test|Fuzz|Example)[A-Za-z]*' ./*_test.go cmd/*/*_test.go |
		sed 's/^func //; /TestMain/d' | sort) >wanted
	cmp -s ran wanted && pass || { fail 'not every test ran once'; diff ran wanted; }
fi

# refused pattern arg ...: shard.sh takes no such arguments, and says why
refused() {
	local pattern=$1
	shift
	sh "$top/doc/ci/shard.sh" "$@" >out 2>err
	status=$?
	[ "$status" -eq 2 ] && grep -q -e "$pattern" err && pass || fail "shard.sh $*: status $status"
}
refused 'no part'
refused 'numbered from 0' 2 2 ./...
refused 'part x of 2' x 2
refused '-tags=value' 0 2 -tags tagged ./...
refused '-count=value' 0 2 -short -count 1
refused '-run does not go' 0 2 -run=A ./...
refused 'flags come before' 0 2 ./... -v

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
