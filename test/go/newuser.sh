#!/bin/bash
# README.md's lines for Go people, as a new user types them: test/go/newuser.sh
#
# The user has an empty home and no cache. REPOSITORY is a clone of this tree, your/module a copy of
# test/go/example. Says how long it took from nothing to green, and how much of it
# was processor time, which other work on the machine changes little.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
mkdir -p "$T/home" "$T/your"
cp -r "$top/test/go/example" "$T/your/module"
if git -C "$top" rev-parse --git-dir >/dev/null 2>&1; then
	repository=file://$(git -C "$top" rev-parse --show-toplevel)
	git config --file "$T/home/.gitconfig" safe.directory '*'
else
	mkdir "$T/repository"
	(cd "$top" && find . -mindepth 1 -maxdepth 1 ! -name out -exec cp -r {} "$T/repository" \;)
	git -C "$T/repository" init -q && git -C "$T/repository" add -A &&
		git -C "$T/repository" -c user.name=x -c user.email=x@x commit -qm x || exit 1
	repository=file://$T/repository
fi
sed -n '/^## For Go people$/,/^## /{/^    /s/^    //p}' "$top/README.md" |
	sed "s,REPOSITORY,$repository," >"$T/lines"
[ "$(wc -l <"$T/lines")" -eq 5 ] && pass || { fail "README's lines for Go people"; cat "$T/lines"; }

TIMEFORMAT='from nothing to green in %0R s, %0U s + %0S s of processor time'
time (cd "$T" && env -i HOME="$T/home" PATH="$PATH" TMPDIR="$T" bash -e lines >"$T/out" 2>&1 </dev/null)
status=$?
echo "with $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg) at the end"
[ $status -eq 0 ] && pass || { fail "status $status"; tail -20 "$T/out"; }
grep -q $'^ok  \texample.org/words\t' "$T/out" && grep -q $'^ok  \texample.org/words/cmd/count' "$T/out" &&
	pass || { fail 'the tests'; tail -5 "$T/out"; }
chmod -R u+w "$T/home"
total
