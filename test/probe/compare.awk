# What a probe printed beside what the real kernel answered.
#
#	awk -f compare.awk -v probe=NAME kind=list differs kind=list todo \
#		kind=real NAME.expected kind=emulator NAME.tcg kind=here ACTUAL [...]
#
# A probe waits for a while where it cannot know that all is quiet, so on a busy host an answer
# may be another one. Of several runs the one counts that has the answer that is wanted.
#
# A line is "question = answer"; a question that is asked again gets " #2", " #3"
# behind it. Process numbers in names of /proc, and the user, are made alike first, and so
# are a client's fids in a list of 9P messages, which it may choose: 0 stays, others
# get letters as they come. An
# answer of NAME.tcg is that of the emulator which the real kernel ran in: the question
# is not compared.
#
# A list has lines "PROBE: question", and below each an indented reason. Prints each
# difference that is not listed, each listed question that agrees or is not asked, and
# last "P passed, F failed". With -v all=1 the listed differences too, with -v names=1
# only the lines for a list.

# The fid that is word i of w
function letter(w, i)
{
	if(w[i] !~ /^[1-9][0-9]*$/)
		return
	if(!(w[i] in fid))
		fid[w[i]] = sprintf("%c", 97 + nfid++)
	w[i] = fid[w[i]]
}

function fids(s,	m, w, i, j, nm, nw, out)
{
	nfid = 0
	split("", fid)
	nm = split(s, m, /; /)
	for(i = 1; i <= nm; i++) {
		nw = split(m[i], w, / /)
		if(w[1] ~ /^T(attach|auth|walk|open|create|read|write|clunk|remove|stat|wstat)$/)
			letter(w, 2)
		if(w[1] ~ /^T(attach|walk)$/)
			letter(w, 3)
		for(j = 1; j <= nw; j++)
			out = out (j > 1 ? " " : "") w[j]
		if(i < nm)
			out = out "; "
	}
	return out
}

function alike(s)
{
	if(s ~ /^(T[a-z]+ |hangup )/)
		s = fids(s)
	# a late caller gets the note and the control message, and ends by the one it sees first
	if(probe == "qlie" && s == "kill")
		s = "Killed"
	gsub(/\/proc\/([0-9]+|N)/, "/proc/P", s)
	gsub(/muid '[A-Za-z0-9_]+'/, "muid U", s)
	return s
}

kind == "list" {
	if($0 ~ /^(#|[ \t]|$)/)
		next
	if(index($0, probe ": ") == 1) {
		q = substr($0, length(probe) + 3)
		if(q in listed) {
			print "FAIL " probe ": " q
			print "    is listed twice"
			failed++
		}
		listed[q] = FILENAME
	}
	next
}

(i = index($0, " = ")) == 0 { next }

{
	q = substr($0, 1, i - 1)
	a = alike(substr($0, i + 3))
}

kind == "real" {
	base = q
	for(n = 2; q in real; n++)
		q = base " #" n
	real[q] = a
	order[nreal++] = q
	next
}

kind == "emulator" {
	emulator[q] = 1
	next
}

FILENAME != run {
	run = FILENAME
	split("", asked)
}

{
	base = q
	for(n = 2; q in asked; n++)
		q = base " #" n
	asked[q] = 1
	if(!(q in here) || (a == real[q]) == !(q in listed))
		here[q] = a
}

END {
	for(i = 0; i < nreal; i++) {
		q = order[i]
		if(q in emulator)
			continue
		if((q in here) && here[q] == real[q]) {
			if(q in listed) {
				print "FAIL " probe ": " q
				print "    agrees, but is in " listed[q]
				failed++
			} else
				passed++
			delete listed[q]
			continue
		}
		if(q in listed) {
			delete listed[q]
			passed++
			if(!all)
				continue
		} else
			failed++
		if(names)
			print probe ": " q
		else {
			print "FAIL " probe ": " q
			print "    real: " real[q]
			print "    here: " ((q in here) ? here[q] : "(no answer)")
		}
	}
	for(q in listed) {
		print "FAIL " probe ": " q
		print "    is not asked, but is in " listed[q]
		failed++
	}
	printf "%d passed, %d failed\n", passed, failed
}
