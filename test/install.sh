#!/bin/bash
# make install and make uninstall, and bash's completion of what was installed.
#
#	RUN9=./run9 OUT=out test/install.sh
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
out=$(realpath -e -- "${OUT:-$top/out}") || exit 1
run9=$(realpath -e -- "${RUN9:-$top/run9}") || exit 1

# shellcheck source=test/instance.sh
. "$top/test/instance.sh" "$run9"

# Helper programs are installed if they lie beside run9; here they are empty files.
mkdir built
cp run9 built
run9=$tmp/built/run9
helpers=$(cd "$top/helper" && printf "%s\n" */ | sed "s,^,run9-,; s,/\$,,")
installed() { make -s -C "$top" OUT="$out" RUN9="$run9" DESTDIR="$tmp/dest" PREFIX=/opt/run9 "$1" >out 2>err; }
tree() { (cd dest/opt/run9 && find . ! -type d | sort | paste -sd' '); }
check() { [ "$2" = "$3" ] && pass || fail "$1: '$2', not '$3'"; }

installed install && pass || fail 'make install'
check 'what is installed' "$(tree)" './bin/go_plan9_amd64_exec ./bin/run9 ./lib/binfmt.d/run9.conf ./share/bash-completion/completions/run9 ./share/man/man1/run9.1'
bin=$tmp/dest/opt/run9/bin
check 'the program' "$("$bin/run9" --version)" "$("$run9" --version)"
check "the go command's program" "$("$bin/go_plan9_amd64_exec" "$out/prog/args" -r --trace)" \
	"$out/prog/args"$'\n-r\n--trace'
check 'what it links to' "$(readlink "$bin/go_plan9_amd64_exec")" run9
grep -q ':/opt/run9/bin/run9:PF$' dest/opt/run9/lib/binfmt.d/run9.conf && pass || fail binfmt.d
for h in $helpers; do
	echo x >"built/$h"
done
installed install && pass || fail 'make install again'
check 'the helper programs' "$(cd dest/opt/run9/libexec && printf '%s\n' *)" "$helpers"

# complete line: what the words that complete the last one are, one behind the other
cat >ask <<'EOF'
. "$1"
COMP_LINE=$2 COMP_POINT=${#2}
# as readline parts words: at = and : too
COMP_WORDS=() COMPREPLY=()
_run9 run9 '' ''
printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' '
EOF
complete() {
	PATH=$bin:$PATH bash ask dest/opt/run9/share/bash-completion/completions/run9 "$1" 2>&1
}
mkdir dir
: >file
check 'an option' "$(complete 'run9 --vers')" --version
check 'options in the middle' "$(complete 'run9 -r tree --unr')" --unregister
check 'every option of --help' "$(complete 'run9 --' | wc -w)" \
	"$("$run9" --help | grep -E '^  -' | grep -oE -- '--[a-z]+' | sort -u | wc -l)"
check 'a switch' "$(complete 'run9 --no=spi')" spin
check 'the second switch' "$(complete 'run9 --no=spin,zer')" spin,zeroskip
check 'a system call' "$(complete 'run9 --trace=pre')" pread
check 'every switch' "$(complete 'run9 --no=' | wc -w)" \
	"$("$run9" --no= 2>&1 | sed 's/.*there are://; s/(.*//' | wc -w)"
check 'a folder for -r' "$(complete 'run9 -r di')" dir
check 'no file for -r' "$(complete 'run9 -r f')" ''
check 'the program' "$(complete 'run9 -r dir fi')" file
check 'the program, after an option with its value' "$(complete 'run9 -sc dir -cdir fi')" file
check 'what --net may be' "$(complete 'run9 --net=')" 'host loopback none'
check 'the same in a word of its own' "$(complete 'run9 --net lo')" loopback
check 'its argument' "$(complete 'run9 ./x -r fi')" file
check 'a file in a bind' "$(complete 'run9 -b fi')" file
check 'the old of a bind' "$(complete 'run9 -b /x:fi')" file
check 'an address' "$(complete 'run9 --mount exe')" 'exec!'
check 'a variable' "$(RUN9TESTVAR=1 complete 'run9 -e RUN9TESTV')" RUN9TESTVAR=

installed uninstall && pass || fail 'make uninstall'
check 'what is left' "$(tree)" ''

# Paths that make, the shell, sed or binfmt_misc would take apart are refused, and nothing is touched
mkdir -p my
: >my/bystander
refused() {
	make -s -C "$top" OUT="$out" RUN9="$run9" DESTDIR="$tmp/$1" PREFIX="$2" "$3" >out 2>err
	[ $? -eq 2 ] && grep -q 'is not a path for make' err && pass || fail "$3 with DESTDIR=$1 PREFIX=$2"
}
for p in '/my tools' '/a&b' '/a,b' '/a:b' '/a;b' "/a'b" '/a\b' '/a*'; do
	refused dest "$p" install
done
refused dest $'/my\ttools' uninstall
refused 'my dest' /usr uninstall
# not what PREFIX="my bystander" would be in pieces
(cd my && make -s -f "$top/Makefile" -C "$top" DESTDIR= PREFIX="$tmp/dest $tmp/my/bystander #" uninstall) >out 2>err
[ -e my/bystander ] && pass || fail 'uninstall removed a foreign file'
check 'what is there' "$(tree)" ''

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
