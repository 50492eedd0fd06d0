#!/bin/bash
# Go's compiler, assembler and linker, as Plan 9 programs under run9, build a
# Plan 9 program with all that it imports: test/go/toolchain.sh
#
# Every object, and the program, must be byte for byte what the native tools
# make of the same source with the same flags; then the program runs. The tools
# are driven directly, as the go command would, so that each runs under run9.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"
export GOOS=plan9 GOARCH=amd64

program=fmtall
tools=$(GOOS='' GOARCH='' go env GOTOOLDIR)
gobuild plan9 "$T/" cmd/{compile,asm,link} || exit 1

# What the program imports, dependencies first: path|folder|Go files|assembly
cp -r "$top/test/go/$program" "$T/src"
cd "$T/src" || exit 1
go list -deps -f \
	'{{.ImportPath}}|{{.Dir}}|{{join .GoFiles " "}}|{{join .SFiles " "}}|{{join .HFiles " "}}|{{join .Imports " "}}' \
	. >"$T/deps" || exit 1
main=$(tail -1 "$T/deps" | cut -d'|' -f1)

# The runtime and what is under it is compiled with rules of its own.
runtimeflag() {
	case $1 in
	runtime|runtime/internal/*|internal/abi|internal/bytealg|\
	internal/cpu|internal/goarch|internal/goexperiment|internal/goos)
		echo -+ ;;
	esac
}

# tool native|run9 name args ...
tool() {
	local side=$1 name=$2
	shift 2
	if [ "$side" = native ]; then
		"$tools/$name" "$@"
	else
		"$RUN9" "$T/$name" "$@"
	fi
}

# build side path: compile and assemble one package into $T/side/
build() {
	local side=$1 path=$2 dir gofiles sfiles f flags asmflags out objs=
	IFS='|' read -r _ dir gofiles sfiles _ _ < <(grep "^$path|" "$T/deps")
	out=$T/$side/${path//\//.}
	mkdir -p "$out"
	cd -P "$dir" || return 1
	dir=$PWD
	flags="-p $path -pack -nolocalimports -trimpath $dir=>$path -importcfg $T/$side.cfg"
	[ "$path" = "$main" ] && flags="${flags/-p $path/-p main}" || flags="$flags -std"
	flags="$flags $(runtimeflag "$path")"
	asmflags="-p $path -trimpath $dir=>$path -I $out -I $gosrc/../pkg/include
		-D GOOS_plan9 -D GOARCH_amd64 -D GOAMD64_v1"
	case $path in
	runtime|reflect|syscall|runtime/internal/*|internal/bytealg)
		asmflags="$asmflags -compiling-runtime" ;;
	esac
	# shellcheck disable=SC2086,SC2046
	if [ -n "$sfiles" ]; then
		: >"$out/go_asm.h"
		tool "$side" asm $asmflags -gensymabis -o "$out/symabis" \
			$(printf './%s ' $sfiles) || return 1
		flags="$flags -symabis $out/symabis -asmhdr $out/go_asm.h"
	fi
	# shellcheck disable=SC2086,SC2046
	tool "$side" compile -o "$out/pkg.a" $flags \
		$(printf './%s ' $gofiles) || return 1
	for f in $sfiles; do
		# shellcheck disable=SC2086
		tool "$side" asm $asmflags -o "$out/$f.o" "./$f" || return 1
		objs="$objs $out/$f.o"
	done
	# pack is only a container; the native one serves both sides.
	# shellcheck disable=SC2086
	[ -z "$objs" ] || "$tools/pack" r "$out/pkg.a" $objs || return 1
	[ "$path" = "$main" ] || echo "packagefile $path=$out/pkg.a" >>"$T/$side.cfg"
}

declare -A took=([native]=0 [run9]=0)
ok=1
for side in native run9; do
	mkdir -p "$T/$side"
	: >"$T/$side.cfg"
	start=$(now)
	while IFS='|' read -r path _; do
		[ "$path" = unsafe ] && continue
		if ! build $side "$path" </dev/null; then
			fail "$side tools cannot build $path"
			ok=
			break 2
		fi
	done <"$T/deps"
	cd "$T" || exit 1
	if ! tool $side link -o "$T/$side/program" -importcfg "$T/$side.cfg" \
		-buildmode=exe -buildid=run9 "$T/$side/${main//\//.}/pkg.a"; then
		fail "$side linker"
		ok=
		break
	fi
	took[$side]=$(($(now) - start))
done

if [ -n "$ok" ]; then
	while IFS='|' read -r path _; do
		[ "$path" = unsafe ] && continue
		same "$path" "$T/native/${path//\//.}/pkg.a" "$T/run9/${path//\//.}/pkg.a"
	done <"$T/deps"
	same 'the program' "$T/native/program" "$T/run9/program"
	"$RUN9" "$T/run9/program" -version >"$T/out" 2>&1
	if [ "$(cat "$T/out")" = "$program plan9/amd64 $(go env GOVERSION)" ]; then
		pass
	else
		fail "the program does not run: $(cat "$T/out")"
	fi
	echo "$(wc -l <"$T/run9.cfg") packages and a program:" \
		"native tools ${took[native]} ms, under run9 ${took[run9]} ms"
fi
total
