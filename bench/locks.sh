#!/bin/bash
# What locks cost a program: bench/locks.sh run9 [-n lines] prog [arg ...]
#
# run9 is a program made by make LOCKSTATS=1, in the tree it was made from. It
# is run with --stats, and two tables are printed, most acquisitions first, the
# first n lines of each: by the place that took a lock, and by the lock. Which
# lock it was is read in the source, from the argument of lock() or the like:
# Image.lk is all Images' together, mm/image.c table.lk a variable of that file.
#
# When the program says how often it did something ("name count nanoseconds",
# as bench/prog's do), all of a lock's figures are also given for each time, and
# in a line of their own those of the image table's lock and of the Images'.
set -u
if [ $# -lt 2 ]; then
	echo "usage: bench/locks.sh run9 [-n lines] prog [arg ...]" >&2
	exit 2
fi
run9=$1 lines=20
shift
if [ "$1" = -n ]; then
	lines=$2
	shift 2
fi
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
"$run9" --stats "$@" 2>"$out/stats" >"$out/said"
status=$?
if ! grep -q '^lock ' "$out/stats"; then
	echo "locks: status $status, and $run9 counts no locks" >&2
	exit 1
fi

# taken contended wait-us hold-us function file line. The place is a return
# address: a byte before it is inside the call.
grep '^lock ' "$out/stats" | while read -r _ pc _; do printf '%#x\n' $((pc - 1)); done |
	addr2line -f -e "$run9" | sed 's/ (discriminator.*//' | paste - - |
	paste <(grep '^lock ' "$out/stats") - |
	awk '{
		line = $NF
		sub(/.*:/, "", line)
		file = $NF
		sub(/:[^:]*$/, "", file)
		print $4, $6, $8/1000, $10/1000, $(NF-1), file, line
	}' >"$out/places"

top() { sort -k"$1",1nr | head -n "$lines"; }

printf '%9s %9s %9s %9s  %s\n' taken contended 'wait us' 'hold us' place
awk '{t += $1; c += $2; w += $3; h += $4
	n = split($6, dir, "/")
	printf "%9d %9d %9.0f %9.0f  %s %s/%s:%s\n", $1, $2, $3, $4, $5,
		dir[n-1], dir[n], $7}
END {printf "%9d %9d %9.0f %9.0f  all\n", t, c, w, h}' "$out/places" | top 1

# Which lock the call at a line of a file takes.
awk '
function source(file,  n, s) {
	if(file in have)
		return
	have[file] = 1
	for(n = 1; (getline s <file) > 0; n++)
		text[file, n] = s
	close(file)
}
# The type of the variable: of its nearest declaration above.
function typeof(var, file, line,  s) {
	if(var == "up")
		return "Proc"
	for(; line > 0; line--) {
		s = text[file, line]
		if(s ~ ("[A-Z][A-Za-z0-9]* ([^();]*[* ])?[*]" var "([^A-Za-z0-9_]|$)")) {
			sub("[*]" var "([^A-Za-z0-9_].*|$)", "", s)
			while(match(s, /[A-Z][A-Za-z0-9]* [^A-Za-z]*/)) {
				var = substr(s, RSTART, RLENGTH)
				s = substr(s, RSTART + RLENGTH)
			}
			sub(/ .*/, "", var)
			return var
		}
	}
	return var
}
function lockof(file, line,  s, field, holder, dir, n) {
	source(file)
	s = text[file, line]
	n = split(file, dir, "/")
	if(!match(s, /(can|canq|q|r|w)?lock(patient)?\(&?[^()]*\)/))
		return dir[n-1] "/" dir[n] " ?"
	s = substr(s, RSTART, RLENGTH)
	gsub(/.*\(&?|\)$/, "", s)
	if(s !~ /->/)
		return dir[n-1] "/" dir[n] " " s
	field = holder = s
	sub(/.*->/, "", field)
	sub(/->[^>]*$/, "", holder)
	if(holder ~ /->|\./) {
		sub(/.*(->|\.)/, "", holder)
		return toupper(substr(holder, 1, 1)) substr(holder, 2) "." field
	}
	return typeof(holder, file, line) "." field
}
{
	if(NF == 3 && FILENAME ~ /said$/) {
		name = $1
		times += $2
		next
	}
	if(NF != 7)
		next
	l = lockof($6, $7)
	t[l] += $1; c[l] += $2; w[l] += $3; h[l] += $4
	t["all"] += $1; c["all"] += $2; w["all"] += $3; h["all"] += $4
}
END {
	for(l in t) {
		printf "%d %d %.1f %.1f", t[l], c[l], w[l], h[l]
		if(times > 0)
			printf " %.2f %.4f %.3f %.3f", t[l]/times, c[l]/times,
				w[l]/times, h[l]/times
		else
			printf " - - - -"
		print " " (name == "" ? "-" : name), l
	}
}' "$out/said" "$out/places" >"$out/locks"

name=$(head -1 "$out/locks" | cut -d' ' -f9)
echo
if [ "$name" != - ]; then
	printf '%9s %9s %9s %9s   for each %s:\n' '' '' '' '' "$name"
	printf '%9s %9s %9s %9s %9s %9s %9s %9s  %s\n' taken contended 'wait us' \
		'hold us' taken contended 'wait us' 'hold us' lock
	top 1 <"$out/locks" |
		awk '{printf "%9s %9s %9.0f %9.0f %9s %9s %9s %9s  %s\n",
			$1, $2, $3, $4, $5, $6, $7, $8, $10 (NF > 10 ? " " $11 : "")}'
	awk -v name="$name" '
	$10 == "mm/image.c" && $11 == "table.lk" {table = $5}
	$10 == "Image.lk" {image = $5}
	END {printf "image table lock: %.2f for each %s, image lock: %.2f\n",
		table, name, image}' "$out/locks"
else
	printf '%9s %9s %9s %9s  %s\n' taken contended 'wait us' 'hold us' lock
	top 1 <"$out/locks" |
		awk '{printf "%9s %9s %9.0f %9.0f  %s\n",
			$1, $2, $3, $4, $10 (NF > 10 ? " " $11 : "")}'
fi
