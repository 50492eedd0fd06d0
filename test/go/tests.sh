#!/bin/bash
# The programs of Go's test directory run for Plan 9: test/go/tests.sh [file ...]
#
# Go's own test/run.go, or from Go 1.21 on its test cmd/internal/testdir, drives them on the host: it
# compiles, links, runs each program under run9, and compares what it prints. Only the kinds that run
# a program for the target are taken; the others test the compiler, which is a program of the host.
# Each folder counts as a package: test/fixedbugs. known-failures names those that fail, each with
# its reason: another that fails is a failure. SWITCHES has options for run9: --plain. GO, SHARD and
# SAVE are as in std.sh.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

goroot=$(go env GOROOT)
driver=run.go
[ -f "$goroot/test/run.go" ] || driver=testdir
if [ ! -d "$goroot/test" ] || { [ $driver = testdir ] && [ ! -d "$gosrc/cmd/internal/testdir" ]; }; then
	echo "tests: $goroot has no test programs, or nothing to run them" >&2
	exit 1
fi
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
		! compgen -G "$d/*.go" >/dev/null || recipes "$d"/*.go || exit 1
	done
fi >"$T/programs"
sed 's,^\./,,' "$T/programs" | shard >"$T/all" || exit 1
gobuild linux "$T/results" results || exit 1
# folders file: the folder of each program
folders() { awk '{sub(/\/?[^\/]*$/, ""); print "test" ($0 == "" ? "" : "/" $0)}' "$1"; }
folders "$T/all" | sort -u >"$T/folders"
asked "$T/folders"
paste <(folders "$T/all") "$T/all" | awk -F '\t' -v ended="$T/ended" '
	BEGIN {while((getline f < ended) > 0) no[f] = 1}
	!($1 in no) {print}' >"$T/files"

# The tree for the host and for run9: the compiler finds compiled packages in GOROOT/pkg
# only, and Debian's has none for Plan 9. Some programs start the go command: they get
# Plan 9's, and its tools.
mkdir -p "$T/goroot/bin" "$T/goroot/pkg/tool/plan9_amd64" "$T/bin" "$T/plan9/bin" "$T/tmp"
for f in "$goroot"/* "$goroot"/{bin,pkg,pkg/tool}/*; do
	[ -e "$T/goroot${f#"$goroot"}" ] || ln -s "$f" "$T/goroot${f#"$goroot"}"
done
if [ -s "$T/files" ]; then
	gobuild plan9 "$T/goroot/pkg/tool/plan9_amd64/" cmd/{compile,asm,link,pack,buildid} || exit 1
	gobuild plan9 "$T/plan9/bin/go" cmd/go || exit 1
fi
if [ "$gominor" -lt 20 ]; then
	GOOS=plan9 GOARCH=amd64 go install -pkgdir "$T/goroot/pkg/plan9_amd64" std || exit 1
fi
if [ $driver = run.go ]; then
	go build -o "$T/run" run.go || exit 1
else
	(cd "$gosrc/cmd" && go test -c -o "$T/run" ./internal/testdir) || exit 1
fi
cat >"$T/bin/go_plan9_amd64_exec" <<EOF
#!/bin/sh
exec timeout --foreground -s QUIT 240 '$RUN9' ${SWITCHES:-} \
	-b '$T/plan9/bin:$T/goroot/bin:b' -b '$T/plan9/bin:/bin:b' "\$@"
EOF
chmod +x "$T/bin/go_plan9_amd64_exec"
export PATH=$T/bin:$PATH TMPDIR=$T/tmp GOROOT=$T/goroot
mkdir -p "$T/home"
export HOME=$T/home home=$T/home user=${USER:-$(id -un)} cputype=amd64 objtype=amd64

# programs: run those of $T/now, whose folder is not their own
programs() {
	local n i
	if [ $driver = testdir ]; then
		# it runs several at a time itself, and wants the folder of its package
		(cd "$gosrc/cmd/internal/testdir" && go tool test2json -p testdir "$T/run" -test.v=test2json \
			-test.run "^Test\$/$(sed 's,[^/]*$,^(&)$,; s,[.],[.],g' "$T/now" |
			awk -F / '{f = $NF; sub(/\/?[^\/]*$/, ""); d = $0; l = l s f; s = "|"}
				END {gsub(/[(^)$]/, "", l); n = split(d, e, "/"); for(i = 1; i <= n; i++) printf "^%s$/", e[i]
				printf "^(%s)$", l}')" -target plan9/amd64)
		return
	fi
	# run.go runs one at a time where there is an exec program: a part for each processor
	n=$(nproc)
	for ((i = 0; i < n; i++)); do
		awk -v n="$n" -v i="$i" 'NR % n == i' "$T/now" >"$T/now.$i"
		[ ! -s "$T/now.$i" ] || xargs -a "$T/now.$i" env GOOS=plan9 GOARCH=amd64 \
			"$T/run" -v -show_skips -- >"$T/out.$i" 2>&1 </dev/null &
	done
	wait
	cat "$T"/out.*
	rm -f "$T"/out.*
}

mapfile -t folders <"$T/folders"
save=(${SAVE:+-save "$SAVE" -of "$(cut -f1 "$T/files" | uniq | wc -l)"})
start=$(now)
cut -f1 "$T/files" | uniq | while read -r folder; do
	awk -F '\t' -v f="$folder" '$1 == f {print $2}' "$T/files" >"$T/now"
	programs </dev/null 2>&1 | "$T/results" -programs "$T/now"
done | results "${save[@]}" "${folders[@]}"
status=$?
echo "in $(($(now) - start)) ms"
exit $status
