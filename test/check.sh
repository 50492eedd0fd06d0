#!/bin/bash
# Run the tests: test/check.sh [-l] [part ...]
#
# Without names, all parts; test/parts lists them. -l is the long form. RUN9
# names a program to test instead of building one. The last line adds up the
# "N passed, N failed" lines of all parts; a part that ends with an error but
# reports no failure of its own counts as one failure, one that reports nothing
# as one test. What failed is said again before the last line.
#
# Nothing stays behind: everything is written under one temporary folder, and
# every process runs a program that lies in it, so what is left can be found
# without guessing at names.
set -u
cd "$(dirname "$0")/.." || exit 1

long=
while getopts l o; do
	case $o in
	l) long=1 ;;
	*) echo "usage: test/check.sh [-l] [part ...]" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))

trim() { local s=$*; echo "$s"; }

names=() needs=() titles=() commands=() beside=()
while IFS='|' read -r name need title command; do
	case $name in ''|'#'*) continue ;; esac
	name=$(trim $name)
	names+=("${name%&}")
	case $name in *'&') beside+=(1) ;; *) beside+=('') ;; esac
	needs+=("$(trim $need)")
	titles+=("$(trim $title)")
	commands+=("$command")
done <"${PARTS:-test/parts}"

for want; do
	case " ${names[*]} " in
	*" $want "*) ;;
	*) echo "check: no part $want; there are: ${names[*]}" >&2; exit 2 ;;
	esac
done
wanted() {
	[ ${#want_all} -gt 0 ] && return 0
	case " $wants " in *" $1 "*) return 0 ;; esac
	return 1
}
wants=$* want_all=
[ $# -eq 0 ] && want_all=all

test/setup.sh check || exit 1

tmp=$(mktemp -d "${TMPDIR:-/tmp}/run9check.XXXXXX") || exit 1
tmp=$(cd "$tmp" && pwd -P)
chmod 711 "$tmp" # a part may give up root
export BIN=$tmp/bin
mkdir -p "$BIN/gcc" "$BIN/clang"
export GOCACHE=${GOCACHE:-$PWD/out/go-cache} LONG=$long
MAKEFLAGS=-j$(nproc)
export MAKEFLAGS

# ours [test ...]: processes whose program lies under $tmp, and for which find's tests hold.
ours() {
	find /proc/[0-9]*/exe -maxdepth 0 -lname "$tmp/*" "$@" 2>/dev/null | cut -d/ -f3
}

# The groups of the part that runs now and of those beside it, and whatever left them.
child='' lane=''
finish() {
	trap '' HUP INT TERM
	local p
	[ -z "$lane" ] || kill -KILL "$lane" 2>/dev/null
	for p in $child $(cat "$tmp"/group.* 2>/dev/null); do
		kill -KILL -- "-$p" 2>/dev/null
	done
	for p in $(ours); do
		kill -KILL "$p" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

mounts() { sort /proc/self/mounts; }
mounts >"$tmp/mounts"

passed=0 failed=0
summary=()

# Everything runs the program that lies in $BIN: built by the parts gcc and
# clang, or before the first part that uses it when those were not asked for.
users() {
	local i
	for i in "${!names[@]}"; do
		wanted "${names[i]}" && [ -e "${needs[i]}" ] || continue
		[[ ${commands[i]} =~ $1 ]] && return 0
	done
	return 1
}
if [ -n "${RUN9:-}" ]; then
	cp "$RUN9" "$BIN/gcc/run9" && cp "$RUN9" "$BIN/clang/run9" || exit 1
elif [ -e kernel/host/base/run9.ld ]; then
	if ! wanted gcc && users 'RUN9|test/go/'; then
		make -s CC=gcc OUT=out/check-gcc RUN9="$BIN/gcc/run9" || exit 1
	fi
	if ! wanted clang && users 'BIN/clang'; then
		make -s CC=clang OUT=out/check-clang RUN9="$BIN/clang/run9" || exit 1
	fi
fi
export RUN9=$BIN/gcc/run9

# start i: become part i, a group of its own. Its output goes where ours goes; T is a folder of
# its own.
start() {
	mkdir -p "$tmp/part.$1"
	T=$tmp/part.$1 TMPDIR=$tmp/part.$1 exec setsid -w bash -c \
		'(eval "$0"); s=$?; times >"$1"; echo $SECONDS >>"$1"; exit $s' \
		"${commands[$1]}" "$tmp/seconds.$1" </dev/null 2>&1
}

# spent file: it has bash's times, and then the seconds. Prints the seconds, and those of processors
spent() {
	[ -e "$1" ] || echo 0 0 >"$1"
	awk '{
		for(i = 1; i <= NF; i++) {
			split($i, t, "m")
			cpu += 60 * t[1] + t[2]
		}
		last = $1
	}
	END {printf "%d %d\n", last, cpu - last * 60}' "$1"
}

# count i status: part i has ended. Its output is in $tmp/log.$i.
count() {
	local i=$1 status=$2 log=$tmp/log.$1 p f s cpu
	read -r p f < <(sed -nE \
		's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log" |
		awk '{p += $1; f += $2} END {print p+0, f+0}')
	if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
		echo "${names[i]}: ended with status $status"
		f=1
	elif [ "$status" -eq 0 ] && [ $((p + f)) -eq 0 ]; then
		p=1
	fi
	# Nothing of ours runs but during a part that is not beside the others.
	local left
	[ -z "${beside[i]}" ] && left=$(settled)
	if [ -n "${left:-}" ]; then
		echo "${names[i]}: left processes behind:"
		ps -o pid,ppid,stat,args -p "$(echo $left | tr ' ' ,)"
		kill -KILL $left 2>/dev/null
		f=$((f + 1))
	fi
	rm -rf "$tmp/part.$i"
	[ "$f" -gt 0 ] && grep -aE 'FAIL|^not ok|: broken$|left processes' "$log" | head -30 |
		sed "s/^[[:space:]]*/${names[i]}: /" >>"$tmp/failures"
	passed=$((passed + p)) failed=$((failed + f))
	read -r s cpu < <(spent "$tmp/seconds.$i")
	summary+=("$(printf '%-14s %6d %6d %6ds %6ds' "${names[i]}" "$p" "$f" "$s" "$cpu")")
}

# run i: part i, its output shown and counted.
run() {
	local i=$1 log=$tmp/log.$1 status out tee
	echo "== ${names[i]}: ${titles[i]}"
	: >"$log"
	exec {out}> >(exec tee "$log")
	tee=$!
	(exec >&"$out" {out}>&-; start "$i") &
	child=$!
	wait "$child"
	status=$?
	exec {out}>&-
	# tee ends when the last writer does; do not wait for a leaked one.
	for _ in {1..60}; do
		kill -0 "$tee" 2>/dev/null || break
		sleep 0.05
	done
	child=
	count "$i" "$status"
}

# runaside i ...: these parts, one after the other, in what processor time the others leave. Their output
# is shown at the end.
runaside() {
	local i
	renice -n 19 -p $BASHPID >/dev/null
	for i; do
		(echo $BASHPID >"$tmp/group.$i"; exec >"$tmp/log.$i"; start "$i") &
		wait $!
		echo $? >"$tmp/status.$i"
	done
}

# waitaside i: part i, which runaside has begun or will begin, ends.
waitaside() {
	local i=$1
	echo "== ${names[i]}: ${titles[i]}"
	until [ -s "$tmp/status.$i" ]; do
		kill -0 "$lane" 2>/dev/null || echo 1 >>"$tmp/status.$i"
		sleep 0.2
	done
	cat "$tmp/log.$i"
	count "$i" "$(head -1 "$tmp/status.$i")"
}

# What of ours still runs, but for the parts beside the others; an exiting process is given five
# seconds to go.
settled() {
	local left i apart=()
	for i in "${aside[@]}"; do
		apart+=(! -lname "$tmp/part.$i/*")
	done
	for _ in {1..50}; do
		left=$(ours "${apart[@]}")
		[ -z "$left" ] && return
		sleep 0.1
	done
	echo "$left"
}

todo=() aside=()
for i in "${!names[@]}"; do
	wanted "${names[i]}" || continue
	if [ ! -e "${needs[i]}" ]; then
		# Asked for by name, it is missed; in a whole run it is to come.
		[ -n "$want_all" ] && continue
		echo "check: ${names[i]} needs ${needs[i]}" >&2
		failed=$((failed + 1))
		continue
	fi
	todo+=("$i")
	[ -n "${beside[i]}" ] && aside+=("$i")
done
if [ ${#aside[@]} -gt 0 ]; then
	runaside "${aside[@]}" &
	lane=$!
fi
for i in "${todo[@]}"; do
	[ -z "${beside[i]}" ] && run "$i"
done
for i in "${aside[@]}"; do
	waitaside "$i"
done

if ! mounts | cmp -s - "$tmp/mounts"; then
	echo "check: mounts changed:"
	mounts | diff "$tmp/mounts" -
	failed=$((failed + 1))
fi

echo
printf '%-14s %6s %6s %7s %7s\n' part passed failed time cpu
printf '%s\n' "${summary[@]}"
if [ -s "$tmp/failures" ]; then
	echo
	cat "$tmp/failures"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
