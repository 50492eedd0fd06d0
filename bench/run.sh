#!/bin/bash
# Measure run9 against Linux: bench/run.sh [-q] [name ...]
#
# Each line of bench/goals is the same work done by a Plan 9 program under run9
# and by a native one, in the same run, turn and turn about, so that what else
# the machine does falls on both. The figure is the ratio of the medians. -q: fewer
# rounds. Nothing here fails because something is slow. The name "files" stands for all
# lines of bench/files, 9p for all lines that begin with it, export for those that begin with ex,
# net for those of the network.
#
# A run of everything, without -q, also writes what it prints to doc/figures.txt, or
# to the file that FIGURES names. Documents quote that file.
set -u
cd "$(dirname "$0")/.." || exit 1
top=$PWD
rounds=9 scale=1
while getopts q o; do
	case $o in
	q) rounds=3 scale=4 ;;
	*) echo "usage: bench/run.sh [-q] [name ...]" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
only=" $* "

test/setup.sh bench || exit 1
out=${OUT:-out} RUN9=${RUN9:-$top/run9}
make -s benchprogs helpers OUT="$out" RUN9="$RUN9" >&2 || exit 1
# shellcheck source=test/go/env.sh
. test/go/env.sh
p9=$(cd "$out/bench" && pwd -P)
native=$p9/native progs=$(cd "$out/prog" && pwd -P)
for os in plan9 linux; do
	(cd bench/cpu && GOOS=$os GOARCH=amd64 go build -trimpath -o "$T/cpu.$os" .) &&
	(cd bench/fork && GOOS=$os GOARCH=amd64 go build -trimpath -o "$T/fork.$os" .) &&
	(cd bench/lockpong && GOOS=$os GOARCH=amd64 go build -trimpath -o "$T/lockpong.$os" .) &&
	(cd bench/files && GOOS=$os GOARCH=amd64 go build -trimpath -o "$T/files.$os" .) &&
	(cd bench/net && GOOS=$os GOARCH=amd64 go build -trimpath -o "$T/net.$os" .) &&
	gobuild $os "$T/hello.$os" hello &&
	gobuild $os "$T/load.$os" load &&
	gobuild $os "$T/gofmt.$os" cmd/gofmt &&
	gobuild $os "$T/compile.$os" cmd/compile || exit 1
done
cd "$T" || exit 1
head -c 4194304 /dev/urandom >file

filelines='stat statmissing statdeep openclose dirstat dirnames rename createremove readfile
	walkstat walknames read4k read64k read1m write4k write64k write1m'
[[ $only == *' files '* ]] && only+="${filelines//[[:space:]]/ } "
wanted() {
	[ "$only" = '  ' ] || [[ $only == *" $1 "* ]] || [[ $1 == 9p* && $only == *' 9p '* ]] ||
		[[ $1 == net* && $only == *' net '* ]] || [[ $1 == ex* && $only == *' export '* ]]
}

# sample side command ...: keep its "name count ns" lines as ns for one
sample() {
	local side=$1
	shift
	if ! "$@" >lines 2>errors; then
		echo "bench: $* failed:" >&2
		head -5 errors >&2
		return 1
	fi
	awk -v side="$side" 'NF == 3 && $2 > 0 {print $1, side, $3/$2}' lines >>samples
	cat errors >>"errors.$side"
}
# withcpu name command ...: the line that the command prints, under that name, and the
# processor time of the command and all its processes as namecpu.
withcpu() {
	local name=$1
	shift
	perf stat -x, -e task-clock -o counts "$@" >own || return
	sed "s/^[a-z]*/$name/" own
	awk -F, -v name="${name}cpu" -v n="$(awk '{print $2}' own)" \
		'NF > 3 {printf "%s %d %.0f\n", name, n, $1 * ($2 == "msec" ? 1000000 : 1)}' counts
}
# besideloops command ...: while each processor also runs a busy loop
besideloops() {
	local c loops=() status
	for ((c = 0; c < $(nproc); c++)); do
		taskset -c $c bash -c 'while :; do :; done' &
		loops+=($!)
	done
	"$@"
	status=$?
	kill "${loops[@]}"
	wait "${loops[@]}" 2>/dev/null
	return $status
}
# turns names command -- command: the first is run9's side, the second Linux's. Both run by the
# command in "under".
under=()
turns() {
	local names=$1 n any='' p=()
	shift
	for n in $names; do wanted "$n" && any=1; done
	[ -n "$any" ] || return
	while [ "$1" != -- ]; do p+=("$1"); shift; done
	shift
	echo "$names" >&2
	# The first turn warms both up and does not count.
	sample run9 "${under[@]}" "${p[@]}" && sample linux "${under[@]}" "$@" || return
	grep -v -E "^(${names// /|}) " samples >keep
	mv keep samples
	for ((n = 0; n < rounds; n++)); do
		sample run9 "${under[@]}" "${p[@]}" && sample linux "${under[@]}" "$@" || return
	done
}
# both names plan9-command -- native-command
both() {
	turns "$1" "$RUN9" "${@:2}"
}
# What takes a file out of the host's page cache, once it is on the disk.
dropcommand() {
	echo "dd of=$1 oflag=nocache conv=notrunc,fdatasync count=0 status=none"
}
forget() {
	eval "$(dropcommand "$1")" && [ "$(fincore -nro PAGES "$1")" -eq 0 ]
}
# Whole commands, by hyperfine, turn and turn about: whole [-r runs] [-p] name
# plan9-command native-command. The figure of a turn is the median of so many
# runs (20 unless told). -p: before each run the program's file is taken out of
# the host's memory.
whole() {
	local n side c runs=20 cold='' o OPTIND=1 prepare
	while getopts r:p o; do
		case $o in
		r) runs=$OPTARG ;;
		p) cold=1 ;;
		*) return 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	wanted "$1" || return
	echo "$1" >&2
	if [ -n "$cold" ] && ! forget "${2%% *}"; then
		echo "$1: $T is where files cannot be taken out of memory" >&2
		return
	fi
	for ((n = 0; n < rounds; n++)); do
		for side in run9 linux; do
			c=$2
			[ $side = linux ] && c=$3
			prepare=(-w 2)
			[ -n "$cold" ] && prepare=(-p "$(dropcommand "${c%% *}")")
			[ $side = run9 ] && c="$RUN9 $c"
			if ! hyperfine -N "${prepare[@]}" -r "$runs" --style none \
				--export-json times "$c" >/dev/null 2>errors; then
				head -3 errors >&2
				return
			fi
			awk -v name="$1" -v side=$side '/"median"/ {
				gsub(/[^0-9.e-]/, "", $2); print name, side, $2*1e9; exit}' \
				times >>samples
		done
	done
}

: >samples
s() { echo $(($1 / scale)); }
both spawn "$p9/spawn" spawn "$progs/true" "$(s 2000)" -- \
	"$native/spawn" spawn "$native/true" "$(s 2000)"
both spawn2 "$p9/spawn" -2 spawn2 "$progs/true" "$(s 2000)" -- \
	"$native/spawn" -2 spawn2 "$native/true" "$(s 2000)"
both spawnnop "$p9/spawn" spawnnop "$progs/true" "$(s 2000)" -- \
	"$native/spawn" spawnnop "$native/nop" "$(s 2000)"
both spawngo "$p9/spawn" spawngo "$T/hello.plan9" "$(s 400)" -- \
	"$native/spawn" spawngo "$T/hello.linux" "$(s 400)"
both spawngo2 "$p9/spawn" -2 spawngo2 "$T/hello.plan9" "$(s 400)" -- \
	"$native/spawn" -2 spawngo2 "$T/hello.linux" "$(s 400)"
both gofork "$T/fork.plan9" "$progs/true" "$(s 800)" -- \
	"$T/fork.linux" "$native/nop" "$(s 800)"
both 'call gocall nsec trap' "$p9/call" "$(s 1000000)" -- "$native/call" "$(s 1000000)"
both touch "$p9/touch" 256 -- "$native/touch" 256
both pingpong "$p9/pingpong" "$(s 20000)" -- "$native/pingpong" "$(s 20000)"
for k in 16 64; do
	both "tlsgcm$k" "$p9/tlspipe" tlsgcm$k aes_128_gcm_aead $((k * 1024)) "$(s $((16384 / k)))" -- \
		"$native/tlspipe" tlsgcm$k PSK-AES128-GCM-SHA256 $((k * 1024)) "$(s $((16384 / k)))"
	both "tlsccpoly$k" "$p9/tlspipe" tlsccpoly$k ccpoly96_aead $((k * 1024)) "$(s $((16384 / k)))" -- \
		"$native/tlspipe" tlsccpoly$k PSK-CHACHA20-POLY1305 $((k * 1024)) "$(s $((16384 / k)))"
done
under=(withcpu lockpong)
both 'lockpong lockpongcpu' "$T/lockpong.plan9" "$(s 20000)" -- \
	"$T/lockpong.linux" "$(s 20000)"
under=(besideloops withcpu lockpongbusy)
both 'lockpongbusy lockpongbusycpu' "$T/lockpong.plan9" "$(s 20000)" -- \
	"$T/lockpong.linux" "$(s 20000)"
under=(withcpu handover)
turns 'handover handovercpu' "$native/handover" processes "$(s 20000)" -- \
	"$native/handover" threads "$(s 20000)"
under=(besideloops withcpu handoverbusy)
turns 'handoverbusy handoverbusycpu' "$native/handover" processes "$(s 20000)" -- \
	"$native/handover" threads "$(s 20000)"
under=()
both 'pread4k pread1m' "$p9/preads" "$T/file" "$(s 40000)" -- \
	"$native/preads" "$T/file" "$(s 40000)"
read -ra filenames <<<"$(for n in $filelines; do wanted "$n" && printf '%s ' "$n"; done)"
if [ ${#filenames[@]} -gt 0 ]; then
	files=("$T" "$gosrc" "$scale" "${filenames[@]}")
	both "${filenames[*]}" "$T/files.plan9" "${files[@]}" -- "$T/files.linux" "${files[@]}"
fi
# Each has the server at the other end of its standard input.
under=("$native/nineserv")
both '9prtt 9peight 9pstat 9popen 9ptree 9pwarm4k 9pwarm1m' \
	"$p9/ninep" small "$(s 20000)" file -- "$native/ninep" small "$(s 20000)" file
for k in 8 64 1024; do
	m=$((k == 1024 ? 1024 * 1024 : k * 1024 + 24))
	both "9pread${k}k 9pwrite${k}k 9ppipe${k}k" \
		"$p9/ninep" io ${k}k $m 4 -- "$native/ninep" io ${k}k $m 4
done
under=()
both 'netbulk netpong netcall' "$T/net.plan9" "$scale" -- "$T/net.linux" "$scale"
# A server, and wrk, which asks it by 256 connections.
asked() {
	local server status
	rm -f port
	"$@" >port &
	server=$!
	until [ -s port ]; do sleep 0.1; done
	wrk -t1 -c256 "-d$((8 / scale))s" "http://127.0.0.1:$(cat port)/" >answers
	status=$?
	kill "$server"
	wait "$server" 2>/dev/null
	sed -nE 's/^ *([0-9]+) requests in ([0-9.]+)s.*/nethttp \1 \2/p' answers |
		awk '{printf "%s %d %.0f\n", $1, $2, $3 * 1e9}'
	return $status
}
under=(asked)
both nethttp "$T/load.plan9" serve -- "$T/load.linux" serve
under=()
# The same native client, of a run9 that exports files of the host, and of a server that answers
# from memory.
exported() {
	if [ "$1" = "$RUN9" ]; then
		shift
		set -- "$native/nineport" "$RUN9" --export "fd!3=$T/tree" -- "$@"
	fi
	"$@" | sed 's/^9p/ex/'
}
exportlines='exrtt exeight exstat exopen extree'
for k in 8k 64k 1024k; do exportlines+=" exread$k exwrite$k expipe$k"; done
for n in $exportlines; do wanted "$n" && mkdir -p tree; done
if [ -d tree ]; then
	for ((n = 0; n < 20; n++)); do
		mkdir "tree/d$n" && for k in {0..19}; do : >"tree/d$n/f$k"; done
	done
	for n in {0..7}; do head -c 16777216 /dev/urandom >"tree/big$n"; done
fi
under=(exported)
both 'exrtt exeight exstat exopen extree' \
	"$native/ninep" small "$(s 20000)" file -- "$native/nineserv" "$native/ninep" small "$(s 20000)" file
for k in 8 64 1024; do
	m=$((k == 1024 ? 1024 * 1024 : k * 1024 + 24))
	both "exread${k}k exwrite${k}k expipe${k}k" \
		"$native/ninep" io ${k}k $m 4 -- "$native/nineserv" "$native/ninep" io ${k}k $m 4
done
under=()
both cpu "$T/cpu.plan9" 10 -- "$T/cpu.linux" 10
whole hello "$progs/hello" "$native/hello"
# test/prog's sh has "repeat n command"; for each round both shells fork, and
# exec the program by its full name.
whole -r 5 shell "$progs/sh -c 'repeat 300 $progs/true'" \
	"dash -c 'for i in \$(seq 300); do /bin/true; done'"
whole -r 5 -p coldgofmt "$T/gofmt.plan9 -h" "$T/gofmt.linux -h"
whole -r 5 -p coldcompile "$T/compile.plan9 -V=full" "$T/compile.linux -V=full"

if [ -s errors.run9 ] && ! cmp -s <(sort -u errors.run9) <(sort -u errors.linux); then
	echo "bench: the Go program's sums differ" >&2
fi

figures=/dev/null
if [ "$only" = '  ' ] && [ "$scale" -eq 1 ]; then
	figures=$T/figures
fi
echo
{
date -u '+%F %H:%M UTC, by bench/run.sh'
echo "$(uname -sr), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
echo "$("$RUN9" --version 2>&1 | head -1), $("${CC:-gcc}" --version | head -1)," \
	"$(go version)"
echo "medians of $rounds turns"
echo

# One line for each figure: the medians, their ratio, the goal.
sort samples | awk -F'[ |\t]+' '
function median(k,  n, i, j, v, t) {
	n = split(list[k], v, " ")
	for(i = 2; i <= n; i++)
		for(j = i; j > 1 && v[j]+0 < v[j-1]+0; j--){
			t = v[j]; v[j] = v[j-1]; v[j-1] = t
		}
	return n % 2 ? v[(n+1)/2] : (v[n/2] + v[n/2+1]) / 2
}
function unit(ns) {
	if(ns == "") return "-"
	if(ns < 10000) return sprintf("%.1f ns", ns)
	if(ns < 10000000) return sprintf("%.1f us", ns/1000)
	return sprintf("%.1f ms", ns/1000000)
}
FILENAME == "-" {list[$1 " " $2] = list[$1 " " $2] " " $3; next}
/^#/ || NF == 0 {next}
{
	split($0, f, "|")
	name = f[1]; what = f[2]; goal = f[3]
	gsub(/^[ \t]+|[ \t]+$/, "", name)
	gsub(/^[ \t]+|[ \t]+$/, "", what)
	gsub(/^[ \t]+|[ \t]+$/, "", goal)
	if(!head++)
		printf "%-15s %-66s %11s %11s %7s %5s\n", "", "", "run9", "Linux", "ratio", "goal"
	a = list[name " run9"] == "" ? "" : median(name " run9")
	b = list[name " linux"] == "" ? "" : median(name " linux")
	if(a == "" && b == "") next
	ratio = a != "" && b > 0 ? sprintf("%.2f", a/b) : "-"
	verdict = ""
	if(goal != "-" && ratio != "-") verdict = a/b <= goal ? "" : " missed"
	printf "%-15s %-66s %11s %11s %7s %5s%s\n", name, what, unit(a), unit(b), ratio, goal, verdict
}' - "$top/bench/goals"

# What an exec costs in locks, counted by a build of its own, and in host calls:
# figures, not times.
if [ "$only" = '  ' ] && [ -e "$top/kernel/host/base/run9.ld" ]; then
	cd "$top" || exit 1
	export LOCKSTATS=$T/run9.lockstats
	echo
	if make -s LOCKSTATS=1 OUT="$T/lockstats" RUN9="$LOCKSTATS" >/dev/null; then
		n=1000
		echo "locks, $n times rfork, exec, exits and await of a program that runs" \
			"all the while (a build that counts them):"
		bench/locks.sh "$LOCKSTATS" -n 16 "$p9/spawn" -r spawn "$progs/true" $n
		echo
		OUT=$out bench/budget.sh
	fi
fi
} | tee "$figures"

if [ "$figures" != /dev/null ]; then
	cp "$figures" "${FIGURES:-$top/doc/figures.txt}"
fi
