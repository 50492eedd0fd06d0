# The tables, of lines by cachebench (or their medians):
#	1 what  2 protocol  3 operation  4 state  5 reclaim  6 threads  7 programs
#	8 hold us  9 think us  10 class  11 attaches  12 p50  13 p99  14 p99.9
#	15 max, ns  16 attaches/s
#	per attach: 17 table  18 image  19 other locks  20 21 22 how many of these waited
#	23 attaches per second of processor time
function unit(ns) {
	if(ns < 10000) return sprintf("%d ns", ns)
	if(ns < 10000000) return sprintf("%.1f us", ns/1000)
	return sprintf("%.1f ms", ns/1000000)
}
function rate(n) { return n < 1e6 ? sprintf("%.0f k", n/1e3) : sprintf("%.2f M", n/1e6) }
function times(m) {
	return sprintf("%10s %10s %10s %10s", unit($12), unit($13), unit($14), unit($15))
}
function state() { return ($3 == "exec" ? "exec, " : "") $4 (($5) ? ", reclaim" : "") }
BEGIN {
	head = sprintf("%10s %10s %10s %10s", "p50", "p99", "p99.9", "max")
}
$1 == "load" && $9 > 0 {
	p = state() " " $8
	if(p != lastpoint) hold = hold "\n"
	lastpoint = p
	hold = hold sprintf("%-22s %8s %-6s %-5s %s %8s\n", state(), $8, $10, $2, times(), rate($16))
}
$1 == "load" && $3 == "text" && $9 == 0 && ($7 == 1 ? $10 == "same" : $10 == "other") {
	p = state() " " $7 " " $6
	if(p != lastpoint) load = load "\n"
	lastpoint = p
	load = load sprintf("%-22s %8d %7d %-5s %s %8s\n", state(), $7, $6, $2, times(), rate($23 * ($6 < procs ? $6 : procs)))
}
$1 == "load" && $10 == "other" && $6 == 2 && $7 == 10 && !$5 && $9 == 0 || \
$1 == "load" && $10 == "other" && $3 == "exec" && $9 == 0 {
	locks = locks sprintf("%-5s %-8s %-5s %7.2f %7.2f %7.2f %11.2f %11.2f %11.2f\n",
		$3, $4, $2, $17, $18, $19, 1000*$20, 1000*$21, 1000*$22)
}
$1 == "big" && $10 == "same" { disturbed = times(); d = $13 }
$1 == "big" && $10 == "other" {
	big = big sprintf("%-8s %-5s %-11s %s\n", $4, $2, "undisturbed", times()) \
		sprintf("%-8s %-5s %-11s %s  p99: %.1f times\n", "", "", "reclaim", disturbed, d/$13)
}
END {
	print "\nLocks taken by one attach (text) or exec (text, data, bss) and its put; 10 programs,"
	print "2 threads. Waited: of a thousand such, how many locks were held by another."
	print "\n                     table   image   other    waited: table   image   other"
	printf "%s", locks
	print "\nAttaches of a 256 MB image (65536 pages) while it is reclaimed over and over"
	printf "\n%26s %s\n%s", "", head, big
	print "\nOne program's image lock held, half of the time, for so long at a time; 10 programs, 4 threads,"
	print "50 us and more between attaches. same: attaches of that program; other: of the others."
	print "exec: of text, data and bss"
	printf "\n%-22s %8s %-6s %5s %s %8s\n%s", "", "hold us", "", "", head, "all/s", hold
	print "\nNo pause between attaches. Of several programs, latencies are those of all but the first."
	print "all/s: for the processor time that the threads had, as if they had had all of it"
	printf "\n%-22s %8s %7s %5s %s %8s\n%s", "", "programs", "threads", "", head, "all/s", load
}
