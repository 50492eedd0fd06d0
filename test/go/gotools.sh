#!/bin/bash
# The go command of Plan 9, with a Plan 9 GOROOT, inside run9: go build, test, generate, vet, run, list
# and env for a module of one's own: test/go/gotools.sh
#
# The GOROOT is made here: Go's sources, and its tools compiled for Plan 9. Nothing that was built is
# cached before. The go command starts the compiler, the linker, vet and the tests themselves as
# Plan 9 programs.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

root=$T/goroot
mkdir -p "$root/pkg/tool/plan9_amd64" "$root/bin" "$T/tmp" "$T/cache" "$T/gen"
ln -s "$gosrc" "$root/src"
ln -s "$(cd "$gosrc/../pkg/include" && pwd -P)" "$root/pkg/include"
cp "$(go env GOROOT)/VERSION" "$root/"
[ ! -e "$(go env GOROOT)/go.env" ] || cp "$(go env GOROOT)/go.env" "$root/"
gobuild plan9 "$root/pkg/tool/plan9_amd64/" cmd/{compile,asm,link,buildid,vet,cover,test2json} || exit 1
gobuild plan9 "$root/bin/" cmd/go cmd/gofmt || exit 1
cp -r "$top/test/go/example/." "$T/words"
cat >"$T/words/gen.go" <<'EOF'
package words

//go:generate go run ./internal/table -o table.go
EOF
mkdir -p "$T/words/internal/table"
cat >"$T/words/internal/table/main.go" <<'EOF'
// Table writes a Go file, as the go:generate line of words says.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
)

func main() {
	out := flag.String("o", "", "file")
	flag.Parse()
	text := fmt.Sprintf("package %s\n\nconst System = %q // line %s\n", os.Getenv("GOPACKAGE"), runtime.GOOS, os.Getenv("GOLINE"))
	if err := os.WriteFile(*out, []byte(text), 0666); err != nil {
		panic(err)
	}
}
EOF

# plan9 arg ...: the go command under run9, in the module
plan9() {
	timeout -k 5 900 "$RUN9" -c "$T/words" -b "$root/bin:/bin:b" -e GOROOT="$root" -e GOCACHE="$T/cache" \
		-e GOPATH="$T/gopath" -e GOTMPDIR="$T/tmp" -e home="$T" -e GOFLAGS=-buildvcs=false \
		-e CGO_ENABLED=0 go "$@" </dev/null
}
# goes status pattern arg ...: that go command ends with this status, or one of these, 1|2, and what it
# prints fits the pattern
goes() {
	local want=$1 pattern=$2 status start
	shift 2
	start=$(now)
	plan9 "$@" >"$T/out" 2>&1
	status=$?
	echo "go $*: $(($(now) - start)) ms"
	if [[ $status =~ ^($want)$ ]] && { [ -z "$pattern" ] || grep -qE -- "$pattern" "$T/out"; }; then
		pass
	else
		fail "go $*: status $status, not $want, or no line '$pattern'"
		head -40 "$T/out"
	fi
}
goes 0 '^plan9$' env GOOS
goes 0 '^example.org/words/cmd/count$' list ./...
goes 0 '' build -o "$T/count" ./cmd/count
echo 'a rose is a rose' | "$RUN9" "$T/count" >"$T/out" 2>&1
[ "$(head -1 "$T/out")" = $'2\ta' ] && pass || fail 'the program that go built'
goes 0 '' generate ./...
[ "$(cat "$T/words/table.go" 2>/dev/null)" = $'package words\n\nconst System = "plan9" // line 3' ] && pass ||
	fail 'what go generate wrote'
goes 0 '^ok .*words/cmd/count' test ./...
goes 0 'cached' test ./...
goes 0 '^--- PASS: TestParallel' test -count=1 -v .
goes 0 'coverage: [0-9.]+%' test -count=1 -cover .
goes 0 '^BenchmarkCount' test -run '^$' -bench . -benchtime 10ms .
goes 0 '' vet ./...
printf 'package words\n\nimport "fmt"\n\nfunc wrong() { fmt.Printf("%%d", "x") }\n' >"$T/words/wrong.go"
goes '1|2' 'wrong.go:5:.*Printf format' vet .
goes '1|2' 'wrong.go:5:.*Printf format' test .
rm "$T/words/wrong.go"
printf 'package words\n\nfunc  f( ) {}\n' >"$T/words/form.go"
goes 0 '^form.go$' fmt ./...
total
