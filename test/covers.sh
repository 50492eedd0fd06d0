#!/bin/bash
# Every system call and every file of the devices has a test: test/covers.sh [tree]
#
# test/prog/covers says which cases of which programs of test/prog test what. Each system call
# of include/syscalls.h, and each file of #p and #c, needs a line. Each case must be one that
# its program runs, and must come to a call of that name, or to that file's name: itself, or by
# the functions and tables that it uses.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1

covers=test/prog/covers
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

wanted() {
	sed -n 's/^SYSCALL([0-9]*, \(.*\))$/call \1/p' include/syscalls.h
	sed -n 's/^    \[Q[a-z]*\] = {"\([a-z]*\)",.*/proc \1/p' kernel/dev/procdir.c
	echo proc trace
	sed -n 's/^    {"\([a-z]*\)", {Q.*/cons \1/p' kernel/dev/cons.c
}

n=$(wanted | wc -l)
if [ "$n" -lt 90 ]; then
	echo "covers: only $n system calls and files found" >&2
	exit 1
fi
report 'without a test' < <(wanted |
	awk 'NR == FNR { if(NF > 3) has[$1, $2]; next } !(($1, $2) in has)' $covers -)
report 'no such call or file' < <(awk '
	NR == FNR { is[$1, $2]; next }
	/^(call|proc|cons) / && !(($1, $2) in is) { print $1, $2 }' <(wanted) $covers)

report 'not as it says' < <(awk '
	# what a case must come to, for a line of covers
	function pattern(kind, name,	p) {
		if(kind == "call") {
			p = name
			if(name in also)
				p = p "|" also[name]
			return "(^|[^A-Za-z0-9_])((SYS|N)?(" p "))[ \t\n]*[(,]"
		}
		if(name == "nctl")
			return "dctl\""
		if(name == "name" || name == "n")
			return "\"[#/]" # any file of the device
		return "[\"/]" name "[\"/ ]"
	}
	# the text of a case, and of all in its program that it uses
	function bodyof(prog, name) {
		return (prog, name) in body ? body[prog, name] : body["lib", name]
	}
	function reach(prog, name,	todo, seen, t, i, k, w, words, text, n) {
		todo[n = 1] = name
		seen[name]
		for(i = 1; i <= n; i++) {
			t = bodyof(prog, todo[i])
			text = text t "\n"
			k = split(t, words, /[^A-Za-z0-9_]+/)
			for(w = 1; w <= k; w++)
				if(!(words[w] in seen) && bodyof(prog, words[w]) != "") {
					seen[words[w]]
					todo[++n] = words[w]
				}
		}
		return text
	}
	BEGIN {
		also["pread"] = "read|readn|readfile"
		also["pwrite"] = "write|writeto"
		also["await"] = "waitfor|waitpid|childok|childmsg"
		also["rfork"] = "fork|spawn"
		also["stat"] = "dirstat"
		also["fstat"] = "dirfstat"
		also["wstat"] = "dirwstat"
		also["fwstat"] = "dirfwstat"
		also["brk_"] = "sbrk|malloc"
		also["seek"] = "_seek"
		also["notify"] = "_notify|atnotify"
		also["segattach"] = "sharedpage"
	}
	FNR == 1 {
		prog = FILENAME
		sub(/.*\//, "", prog)
		sub(/\.c$/, "", prog)
		if(FILENAME ~ /\/(lib|share)\//)
			prog = "lib"
		name = ""
	}
	FILENAME == covers {
		if($0 ~ /^#/ || NF == 0)
			next
		p = $3
		sub(/:$/, "", p)
		for(i = 4; i <= NF; i++)
			if(!((p, $i) in runs))
				print p " has no case " $i
			else if(reach(p, $i) !~ pattern($1, $2))
				print p ": " $i " does not come to " $1 " " $2
		next
	}
	match($0, /CASE\([A-Za-z0-9_]+\)/) { runs[prog, substr($0, RSTART+5, RLENGTH-6)] }
	# a function, or a table, to the } in the first column
	name == "" && /^[A-Za-z_][A-Za-z0-9_]*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name) }
	name == "" && /^(static )?[A-Za-z].*\] = \{/ {
		name = $0; sub(/\[.*/, "", name); sub(/.*[ *]/, "", name)
		if(/;$/) { body[prog, name] = $0; name = "" }
	}
	name == "" && /^\} [a-z]+\[\] = \{/ { name = $2; sub(/\[.*/, "", name) }
	name != "" { body[prog, name] = body[prog, name] "\n" $0 }
	/^}/ { name = "" }
	' covers=$covers test/prog/lib/procfile.c plan9/lib/io.c plan9/lib/proc.c \
	test/prog/share/*.c test/prog/*test.c $covers || echo 'a file cannot be read')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
