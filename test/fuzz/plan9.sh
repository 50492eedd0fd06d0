#!/bin/bash
# Run Plan 9 fuzz programs: test/fuzz/plan9.sh program ...
#
# Each runs FUZZTIME seconds in an instance of its own, whose root is a
# temporary tree, and as nobody if root starts it: a wild program may remove and
# write whatever it can name. SEED (default 1) is where its cases come from. A
# program passes if it says that all is well and nothing of the instance is left.
set -u

run9=$(realpath -e -- "${RUN9:-./run9}") || exit 1
progs=$(realpath -e -- "${OUT:-out}/prog") || exit 1
seed=${SEED:-1}
seconds=${FUZZTIME:-60}
tmp=$(mktemp -d) || exit 1
tmp=$(cd "$tmp" && pwd -P)

# Only processes of this test run this copy.
cp "$run9" "$tmp/run9"
ours() {
	find /proc/[0-9]*/exe -maxdepth 0 -lname "$tmp/run9" 2>/dev/null | cut -d/ -f3
}
trap 'ours | xargs -r kill -KILL 2>/dev/null; rm -rf "$tmp"' EXIT

# A user who owns nothing and of whose processes there may be few.
as=()
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	uid=$((60100 + $$ % 5000))
	as=(setpriv "--reuid=$uid" "--regid=$uid" --clear-groups --)
fi

passed=0 failed=0
for prog; do
	prog=$(realpath -e -- "$prog") || exit 1
	name=$(basename "$prog")
	tree=$tmp/tree
	mkdir -p "$tree"/{bin,tmp,log,mnt,n,bin/dir}
	cp "$prog" "$progs/true" "$tree/bin"
	cp "$progs/true" "$tree/bin/noread"
	cp "$progs/true" "$tree/bin/noexec"
	printf '#!/bin/true\n' >"$tree/bin/script"
	chmod 755 "$tree/bin/script" "$tmp" "$tree" "$tree/bin" "$tmp/run9"
	chmod 311 "$tree/bin/noread"
	chmod 644 "$tree/bin/noexec"
	chmod 777 "$tree/tmp" "$tree/log"
	(
		cd "$tree/tmp" || exit 1
		ulimit -c 0
		[ ${#as[@]} -gt 0 ] && ulimit -u 120 # for programs that fork for ever
		exec timeout -k 5 $((seconds * 2 + 60)) "${as[@]}" "$tmp/run9" \
			-r "$tree" -m "${MEM:-64M}" "/bin/$name" -s "$seed" -t "$seconds" \
			${ARGS:-}
	) >"$tmp/log" 2>&1 </dev/null
	status=$?
	for _ in {1..1200}; do
		left=$(ours)
		[ -z "$left" ] && break
		sleep 0.05
	done
	if [ "$status" -eq 0 ] && [ -z "$left" ]; then
		passed=$((passed + 1))
		tail -1 "$tmp/log"
	else
		failed=$((failed + 1))
		tail -40 "$tmp/log"
		echo "$name: seed $seed: status $status${left:+, left: $left}; the last cases begun:"
		sort -n "$tree"/log/at.* 2>/dev/null
		[ -n "$left" ] && kill -KILL $left 2>/dev/null
	fi
	rm -rf "$tree"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
