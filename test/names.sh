#!/bin/bash
# A name in the kernel leads to one place: test/names.sh [tree]
#
# A function is defined once, static ones too. A file's name without its ending is
# one file's in the whole kernel, or a source's and its header's in one room. A file
# has at most 500 lines, a function at most 60. A definition begins at the start of a
# line, below its type, and ends with a brace there: clang-format sees to that.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1

maxfile=500 maxfunc=60
passed=0 failed=0

# report what: reads complaints; the test passes without any.
report() {
	local said
	said=$(cat)
	if [ -z "$said" ]; then
		passed=$((passed + 1))
		return
	fi
	printf '%s\n' "$said" | sed "s/^/$1: /"
	failed=$((failed + 1))
}

mapfile -t files < <(find kernel -name '*.[chS]' | sort)
mapfile -t code < <(find kernel -name '*.[ch]' | sort)
if [ ${#code[@]} -eq 0 ]; then
	echo "names: no files under $PWD/kernel" >&2
	exit 1
fi

# file, name and number of lines of each function
functions() {
	awk '
	FNR == 1 { name = "" }
	/^[A-Za-z_][A-Za-z0-9_]*\(/ && !/;$/ {
		name = $0; sub(/\(.*/, "", name); first = FNR
	}
	/^}/ && name != "" { print FILENAME, name, FNR-first+1; name = "" }
	' "${code[@]}"
}

report 'defined twice' < <(functions | awk '
	seen[$1, $2]++ { next } # for another build: #ifdef
	{ n[$2]++; where[$2] = where[$2] " " $1 }
	END { for(f in n) if(n[f] > 1) print f ":" where[f] }' | sort)
report "more than $maxfunc lines" < <(functions |
	awk -v max=$maxfunc '$3 > max { print $2 ": " $1, $3 }')
report "more than $maxfile lines" < <(wc -l "${files[@]}" |
	awk -v max=$maxfile '$2 != "total" && $1 > max { print $2, $1 }')
report 'two files of one name' < <(printf '%s\n' "${files[@]}" | awk -F/ '
	{
		base = $NF; sub(/\..*/, "", base)
		kind = base ($NF ~ /\.h$/ ? ".h" : ".c")
		room = NF > 2 ? $2 : ""
		if(kind in seen || (base in rooms && rooms[base] != room))
			bad[base]
		seen[kind]; rooms[base] = room; where[base] = where[base] " " $0
	}
	END { for(b in bad) print b ":" where[b] }' | sort)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
