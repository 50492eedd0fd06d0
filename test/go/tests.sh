#!/bin/bash
# The programs of Go's test directory run for Plan 9: test/go/tests.sh [file ...]
#
# Go's own run.go drives them on the host: it compiles, links, runs each program under
# run9, and compares what it prints. Only the kinds that run a program for the target
# are taken; the others test the compiler, which is a program of the host.
# tests-known names those that fail, each with its reason: another that fails is a
# failure, and one of these that passes too. SWITCHES has options for run9: --plain.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

goroot=$(go env GOROOT)
if [ ! -f "$goroot/test/run.go" ]; then
	echo "tests: no $goroot/test" >&2
	exit 1
fi
# name file: how run.go names the test
kinds='run|rundir|runindir|runoutput|buildrun|buildrundir|errorcheckandrundir|errorcheckoutput'
# As run.go: the recipe is in the first lines, up to the first empty one.
recipes() {
	awk -v kinds="^($kinds)\$" '
		FNR == 1 {open = 1}
		/^$/ {open = 0}
		open && /^\/\/ ?[a-z]/ && !/^\/\/ ?\+build/ {
			sub(/^\/\/ ?/, "")
			if($1 ~ kinds)
				print FILENAME
			open = 0
		}' "$@"
}
cd -P "$goroot/test" || exit 1
# the folders that run.go looks in
dirs=(. ken chan interface syntax dwarf fixedbugs codegen runtime abi typeparam typeparam/mdempsky)
if [ $# -gt 0 ]; then
	printf '%s\n' "$@"
else
	for d in "${dirs[@]}"; do
		recipes "$d"/*.go
	done
fi | sed 's,^\./,,' >"$T/files"

# The tree for the host and for run9: the compiler finds compiled packages in GOROOT/pkg
# only, and Debian's has none for Plan 9. Some programs start the go command: they get
# Plan 9's, and its tools.
mkdir -p "$T/goroot/bin" "$T/goroot/pkg/tool/plan9_amd64" "$T/bin" "$T/plan9/bin" "$T/tmp"
for f in "$goroot"/* "$goroot"/{bin,pkg,pkg/tool}/*; do
	[ -e "$T/goroot${f#"$goroot"}" ] || ln -s "$f" "$T/goroot${f#"$goroot"}"
done
for t in compile asm link pack buildid; do
	gobuild plan9 "$T/goroot/pkg/tool/plan9_amd64/$t" cmd/$t || exit 1
done
gobuild plan9 "$T/plan9/bin/go" cmd/go || exit 1
GOOS=plan9 GOARCH=amd64 go install -pkgdir "$T/goroot/pkg/plan9_amd64" std || exit 1

go build -o "$T/run" run.go || exit 1
cat >"$T/bin/go_plan9_amd64_exec" <<EOF
#!/bin/sh
exec timeout --foreground -s QUIT 240 $RUN9 ${SWITCHES:-} \
	-b $T/plan9/bin:$T/goroot/bin:b -b $T/plan9/bin:/bin:b "\$@"
EOF
chmod +x "$T/bin/go_plan9_amd64_exec"
export PATH=$T/bin:$PATH TMPDIR=$T/tmp GOROOT=$T/goroot
mkdir -p "$T/home"
export HOME=$T/home home=$T/home user=${USER:-$(id -un)} cputype=amd64 objtype=amd64

# run.go runs one at a time where there is an exec program: a part for each processor
n=$(nproc)
start=$(now)
for ((i = 0; i < n; i++)); do
	awk -v n="$n" -v i="$i" 'NR % n == i' "$T/files" >"$T/files.$i"
	xargs -a "$T/files.$i" env GOOS=plan9 GOARCH=amd64 \
		"$T/run" -v -show_skips -- >"$T/out.$i" 2>&1 &
done
wait

# What run.go says of a test: "skip file : why" and then "ok file time" where the test is
# not for this system; "ok file time"; "# go run run.go -- file", the reason in several
# lines, and "FAIL file time".
cat "$T"/out.* | awk -v files="$T/files" -v knownfile="$top/test/go/tests-known" '
	BEGIN {
		while((getline line < knownfile) > 0) {
			split(line, f)
			if(line != "" && line !~ /^#/)
				known[f[1]] = 1
		}
	}
	/^skip / {sub(/:$/, "", $2); skipped[$2] = 1; next}
	/^# go run run.go -- / {why = ""; inside = 1; next}
	/^FAIL\t/ {
		inside = 0
		ended[$2] = 1
		if($2 in known)
			nknown++
		else {
			nfail++
			printf "%s%s\n", why, $0
		}
		next
	}
	/^ok  \t/ && !inside {
		ended[$2] = 1
		if($2 in skipped)
			nskip++
		else if($2 in known) {
			nfail++
			print "FAIL: " $2 " is listed in tests-known, but passes"
		} else
			npass++
		next
	}
	inside {why = why "\t" $0 "\n"; next}
	{print}
	END {
		while((getline file < files) > 0)
			if(!(file in ended)) {
				nfail++
				print "FAIL: " file " has no result"
			}
		printf "%d not for Plan 9, %d known failures\n", nskip, nknown
		printf "%d passed, %d failed\n", npass, nfail
		exit nfail > 0 || npass == 0
	}'
status=$?
echo "in $(($(now) - start)) ms"
exit $status
