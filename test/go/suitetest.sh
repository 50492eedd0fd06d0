#!/bin/bash
# make go-suite itself: what fails it, parts, interruption, the page: test/go/suitetest.sh
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
export -n T # suite.sh has one of its own
gobuild linux "$T/results" results || exit 1
cd "$T" || exit 1
shopt -s lastpipe # judge counts, at the end of a pipe

# ev action package [test]: an event
ev() { echo "{\"Action\":\"$1\",\"Package\":\"$2\"${3:+,\"Test\":\"$3\"},\"Elapsed\":0.5}"; }
says() { echo "{\"Action\":\"output\",\"Package\":\"$1\",\"Output\":\"$2\\n\"}"; }
whole() { ev run p A; ev "$1" p A; ev pass p B; says p "${1^^}"; ev "$1" p; }
# judge what status pattern option ...: results, on the events of the input
judge() {
	local what=$1 want=$2 pattern=$3 status
	shift 3
	./results "$@" >said 2>&1
	status=$?
	[ $status -eq "$want" ] && grep -qE -- "$pattern" said && pass ||
		{ fail "$what: status $status, not $want, or no '$pattern'"; cat said; }
}
echo 'p A a reason: file.go:1' >known
echo 'p A go<1.21: a reason' >known.old
echo 'p A sometimes: a reason' >known.sometimes
whole pass | judge 'all pass' 0 '^2 passed, 0 failed$' p
whole fail | judge 'a failure' 1 '^FAIL: p A$' p
whole fail | judge 'a known failure' 0 '^1 passed, 0 failed$' -known known -where go1.19 p
whole pass | judge 'a known failure that passes' 1 'listed as a known failure' -strict -known known -where go1.19 p
whole pass | judge 'a note of it' 0 '^note:.*listed as a known failure' -known known -where go1.19 p
whole pass | judge 'one that sometimes fails' 0 '^2 passed, 0 failed' -strict -known known.sometimes -where go1.19 p
whole fail | judge 'a line for older Gos' 1 '^FAIL: p A' -strict -known known.old -where go1.26 p
whole fail | judge 'a line for this Go' 0 '1 known failures' -strict -known known.old -where go1.20 p
whole pass | judge 'no result' 1 '^FAIL: q .no result' p q
{ ev run p A; ev fail p; } | judge 'a crash' 1 'A had not ended' p
{ ev run p A; } | judge 'no end' 1 'did not end' p
{ ev pass p A; ev pass p; } | judge 'no PASS' 1 'never said PASS' p
whole pass | judge 'a line without a test' 2 'not: package test reason' -known <(echo 'p A') p

# run.go's words and testdir's
printf '%s\n' fixedbugs/a.go fixedbugs/b.go c.go d.go >files
printf '%s\n' 'ok  	fixedbugs/a.go      	0.25s' '# go run run.go -- fixedbugs/b.go' 'went wrong' \
	'FAIL	fixedbugs/b.go	0.5s' 'skip c.go : not here' 'ok  	c.go	0s' |
	./results -programs files | ./results test test/fixedbugs >said
grep -qx 'FAIL: test/fixedbugs b.go' said && grep -q 'went wrong' said && grep -q 'FAIL: test d.go' said &&
	grep -qx '1 passed, 2 failed' said && pass || { fail 'run.go'; cat said; }
{ ev run testdir Test/fixedbugs/a.go; ev pass testdir Test/fixedbugs/a.go; ev fail testdir Test/fixedbugs/b.go
	ev skip testdir Test/c.go; ev pass testdir Test/d.go; ev fail testdir Test; } |
	./results -programs files | ./results test test/fixedbugs >said
grep -qx 'FAIL: test/fixedbugs b.go' said && grep -qx '2 passed, 1 failed' said && pass || { fail testdir; cat said; }

# The target, with few packages
suite() { OUT=$T/out SHORT=1 "$@" "$top/test/go/suite.sh" "${packages[@]}" >"$T/log" 2>&1 </dev/null; }
packages=(errors container/list container/ring)
suite env && pass || { fail 'suite.sh'; cat log; }
dir=$(echo "$T"/out/go-suite/go*-short)
grep -qE ' errors$' "$dir/report.txt" && grep -q '^3 packages' "$dir/report.txt" && pass || fail 'the table'
html=$dir/report.html
grep -q '<svg ' "$html" && grep -q '<title>errors: ' "$html" || grep -q '<td>errors</td>' "$html" && pass || fail 'the page'
grep -qiE '(src|href)=|url\(|@import|<script|https?:' "$html" && fail 'the page asks for something' || pass
python3 - "$html" <<'EOF' && pass || fail 'the page has tags that do not match'
import html.parser, sys
class P(html.parser.HTMLParser):
    open = []
    def handle_starttag(self, tag, attrs):
        if tag not in ("meta",): self.open.append(tag)
    def handle_startendtag(self, tag, attrs): pass
    def handle_endtag(self, tag):
        if self.open.pop() != tag: sys.exit(1)
p = P()
p.feed(open(sys.argv[1]).read())
sys.exit(len(p.open) > 0)
EOF

# Parts
printf '#!/bin/sh\necho "$@" >>"%s"\nexec "%s" "$@"\n' "$T/ran" "$RUN9" >"$T/noting"
chmod +x "$T/noting"
suite env RUN9="$T/noting" SHARD=1/2 NATIVE=0 && suite env RUN9="$T/noting" SHARD=2/2 NATIVE=0 && pass ||
	{ fail 'the parts'; cat log; }
[ "$(grep -c '\.test ' "$T/ran")" -eq 3 ] && pass || fail "run9 ran: $(cat "$T/ran")"
suite env SHARD=3/2
[ $? -ne 0 ] && grep -q 'not i/n' log && pass || fail 'a wrong part'
OUT=$T/out SHORT=1 "$top/test/go/suite.sh" -join "$dir".[12]-of-2 >log 2>&1 && grep -q '^3 packages' log && pass ||
	{ fail 'the parts, joined'; cat log; }
for parts in 1 '1 1'; do
	# shellcheck disable=SC2046
	OUT=$T/out SHORT=1 "$top/test/go/suite.sh" -join $(printf "$dir.%s-of-2 " $parts) >log 2>&1
	[ $? -ne 0 ] && grep -q 'not the parts 1 to n' log && pass || { fail "not all parts: $parts"; cat log; }
done
mv "$dir.2-of-2/report.txt" .
OUT=$T/out SHORT=1 "$top/test/go/suite.sh" -join "$dir".[12]-of-2 >log 2>&1
[ $? -ne 0 ] && grep -q 'has not ended' log && pass || { fail 'a part that has not ended'; cat log; }
mv report.txt "$dir.2-of-2"
sed -i '/container.list/d' "$dir".?-of-2/plan9
OUT=$T/out SHORT=1 "$top/test/go/suite.sh" -join "$dir".[12]-of-2 >log 2>&1
[ $? -ne 0 ] && grep -q '^FAIL: container/list (no result' log && pass || { fail 'a lost result'; cat log; }

# A go command that goes wrong: a package that does not compile, go test is killed, no compiler
mkdir broken
GO=$(command -v go)
goroot=$(go env GOROOT)
echo 'package ring; func' >broken/ring_test.go
for f in "$goroot/src" "$gosrc"; do
	echo "\"$f/container/ring/ring_test.go\": \"$T/broken/ring_test.go\""
done | paste -sd, | sed 's/.*/{"Replace": {&}}/' >overlay
cat >broken/go <<EOF
#!/bin/sh
case "\$BREAK \$*" in
'compile test '*) shift; exec '$GO' test '-overlay=$T/overlay' "\$@" ;;
'kill test '*) kill -KILL \$\$ ;;
'tools build '*cmd/compile*) exit 1 ;;
esac
exec '$GO' "\$@"
EOF
chmod +x broken/go
while read -r b want packages; do
	read -ra packages <<<"$packages"
	suite env GO="$T/broken/go" BREAK="$b" NATIVE=0 FRESH=1
	[ $? -ne 0 ] && grep -q "^FAIL: $want" "$dir/report.txt" && pass || { fail "go is broken: $b"; cat log; }
done <<'EOF'
compile container/ring errors container/ring
kill errors errors
tools test errors test
EOF
std() { T=$T/std "$top/test/go/std.sh" "$@" >log 2>&1 </dev/null; }
mkdir std
std errors 'no-such/...'
[ $? -ne 0 ] && grep -q 'no package no-such' log && pass || { fail 'no such packages'; cat log; }
mkdir 'a b'
cp "$RUN9" 'a b/run9'
RUN9="$T/a b/run9" std errors && pass || { fail 'a folder with a blank'; cat log; }

# Interrupted when the first package has ended
packages=(errors sync os/signal regexp)
cp "$RUN9" "$T/run9"
export RUN9=$T/run9
for sig in INT TERM; do
	rm -rf "$dir"
	set -m
	OUT=$T/out SHORT=1 NATIVE=0 "$top/test/go/suite.sh" "${packages[@]}" >log 2>&1 </dev/null &
	pid=$!
	set +m
	for ((i = 0; i < 1200; i++)); do
		grep -qs '"pass","Package":"errors","Elapsed"' "$dir/plan9" && break
		sleep 0.05
	done
	kill -$sig -- -$pid
	wait $pid
	[ $? -gt 128 ] && [ -z "$(ours)" ] && grep -q '^interrupted' log && pass ||
		{ fail "SIG$sig: $(ours)"; cat log; }
	n=$("$T/results" -ended "$dir/plan9" | wc -l)
	suite env NATIVE=0 && grep -q 'goes on' log && grep -q '^4 packages' log && pass ||
		{ fail "goes on after SIG$sig with $n"; cat log; }
done
total
