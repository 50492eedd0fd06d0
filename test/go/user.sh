#!/bin/bash
# run9 as Go's people use it: make install, and the plain go command does the rest:
# test/go/user.sh
#
# The module is test/go/example, a copy of it, and one that hangs. Everything that runs is
# installed in $T, so that what is left behind can be found.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
out=${OUT:-$top/out}
case $out in /*) ;; *) out=$top/$out ;; esac
make -s -C "$top" OUT="$out" RUN9="$RUN9" DESTDIR="$T" PREFIX= install >/dev/null || exit 1
export PATH=$T/bin:$PATH GOOS=plan9 GOARCH=amd64 TMPDIR=$T/tmp
mkdir -p "$T/tmp" "$T/hang"
cp -r "$top/test/go/example" "$T/words"
cd "$T/words" || exit 1

# left what: nothing is left, two seconds after
left() {
	local i
	for ((i = 0; i < 20; i++)); do
		[ -z "$(ours)" ] && break
		sleep 0.1
	done
	if [ -n "$(ours)" ]; then
		fail "$1: processes are left"
	elif [ -n "$(ls "$T/tmp")" ]; then
		fail "$1: files are left: $(ls "$T/tmp")"
	else
		pass
	fi
}
# goes what status pattern ...: the command of $cmd ends so, and a line of what it prints fits each
# pattern
goes() {
	local what=$1 want=$2 status p
	shift 2
	timeout -k 5 300 "${cmd[@]}" >"$T/out" 2>&1 <"${input:-/dev/null}"
	status=$?
	[ "$status" -eq "$want" ] || { fail "$what: status $status, not $want"; head -40 "$T/out"; return; }
	for p; do
		grep -qE -- "$p" "$T/out" || { fail "$what: no $p"; head -40 "$T/out"; return; }
	done
	pass
}

cmd=(go test ./...); goes 'go test' 0 '^ok .*words\b' '^ok .*words/cmd/count'
cmd=(go test -v -count 1 .)
goes 'go test -v' 0 '^--- PASS: TestFile' 'runs on plan9' '^    --- PASS: TestParallel/8' '^--- PASS: ExampleCount' \
	'^--- PASS: FuzzCount'
cmd=(go test -count 1 -p 1 -parallel 8 ./...); goes 'go test -p -parallel' 0 '^ok .*words/cmd/count'
cmd=(go test -count 1 -json .); goes 'go test -json' 0 '"Action":"pass","Package":"example.org/words","Test":"TestFile"'
cmd=(go test -run '^$' -bench . -benchtime 10ms -benchmem .)
goes benchmarks 0 '^goos: plan9$' '^BenchmarkCount.* MB/s.*allocs/op'
cmd=(go test -list . .); goes '-list' 0 '^TestFile$' '^FuzzCount$' '^ExampleCount$'
cmd=(go test -count 1 -coverprofile "$T/cover" .); goes coverage 0 'coverage: 100.0% of statements'
GOOS='' GOARCH='' go tool cover -func="$T/cover" >"$T/out" 2>&1
grep -qE '^total:.*100.0%' "$T/out" && pass || fail 'the profile of coverage'
cmd=(go test -count 1 -cpuprofile "$T/cpu" -memprofile "$T/mem" -trace "$T/trace" -o "$T/words.test" .)
goes profiles 0 '^ok'
[ -s "$T/cpu" ] && [ -s "$T/mem" ] && [ -s "$T/trace" ] && pass || fail 'a profile is missing'
cmd=(go vet ./...); goes 'go vet' 0
cmd=(go test -race .); goes '-race' 2 'race is not supported on plan9/amd64'
cmd=(go test -fuzz FuzzCount .); goes '-fuzz' 1 'fuzz flag is not supported on plan9/amd64'
cmd=(go build -o "$T/count" ./cmd/count); goes 'go build' 0
echo 'a rose is a rose' >"$T/text"
input=$T/text
cmd=(go run ./cmd/count); goes 'go run' 0 $'^2\ta$' $'^2\trose$'
input=
cmd=(run9 "$T/count"); goes 'a program that was built' 0
left 'after all that'

# A test that fails, and its output streams
cat >"$T/hang/go.mod" <<'EOF'
module example.org/hang

go 1.19
EOF
cat >"$T/hang/hang_test.go" <<'EOF'
package hang

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		fmt.Println("hangs")
		os.WriteFile(os.Getenv("HANGS"), []byte("x"), 0666)
		time.Sleep(time.Hour)
	}
	os.Exit(m.Run())
}

func TestFails(t *testing.T) {
	fmt.Fprintln(os.Stderr, "to standard error")
	t.Fatal("went wrong")
}

func TestStatus(t *testing.T) {
	os.Exit(7)
}

// A child hangs too.
func TestHangs(t *testing.T) {
	c := exec.Command(os.Args[0], "child")
	c.Stdout = os.Stdout
	c.Run()
}
EOF
mkdir -p "$T/hang/exit3"
cat >"$T/hang/exit3/main.go" <<'EOF'
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("out", os.Args[1:])
	fmt.Fprintln(os.Stderr, "err")
	os.Exit(3)
}
EOF
cd "$T/hang" || exit 1
cmd=(go test -run Fails .); goes 'a test that fails' 1 '^to standard error' 'hang_test.go:[0-9]+: went wrong' '^FAIL'
cmd=(go test -run Status .); goes 'a test that exits' 1 '^exit status 7$' '^FAIL'
cmd=(go run ./exit3 -r '' 'a b'); goes 'go run, arguments and status' 1 '^out \[-r  a b\]$' '^err$' '^exit status 3$'
go run ./exit3 >"$T/out" 2>"$T/err"
[ "$(cat "$T/out")" = 'out []' ] && [ "$(head -1 "$T/err")" = err ] && pass || fail 'output streams of go run'
cmd=(go test -run Hangs -timeout 1s .)
goes "go test's timeout" 1 '^hangs$' '^panic: test timed out after 1s' '^goroutine [0-9]+ ' '^FAIL'
left "after go test's timeout"

# hanging: go test runs in a group of its own, with SIGINT as a terminal's user has it, and TestHangs
# has begun; $pid
export HANGS=$T/hangs
hanging() {
	local i
	rm -f "$HANGS"
	set -m
	go test -run Hangs . >"$T/out" 2>&1 </dev/null &
	pid=$!
	set +m
	for ((i = 0; i < 600; i++)); do
		[ -s "$HANGS" ] && return
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	fail 'TestHangs does not begin'
}
# ended what: go test ends within ten seconds
ended() {
	local i
	for ((i = 0; i < 100; i++)); do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	if kill -0 $pid 2>/dev/null; then
		fail "$1: go test goes on"
		kill -KILL -- -$pid
	else
		pass
	fi
	wait $pid 2>/dev/null
}
for sig in INT TERM; do
	hanging
	kill -$sig -- -$pid
	ended "SIG$sig"
	# SIGTERM ends go before it can remove its files
	[ $sig = INT ] || rm -rf "$T"/tmp/*
	left "SIG$sig"
done
# The signals of go test's own kill timer: QUIT, then KILL. They reach run9's first process alone.
for sig in QUIT KILL; do
	hanging
	kill -$sig "$(pgrep -P $pid | head -1)"
	ended "SIG$sig"
	grep -q '^FAIL.*example.org/hang' "$T/out" && pass || fail "SIG$sig: go test does not say FAIL"
	left "SIG$sig"
done

total
