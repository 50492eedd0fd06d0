# Plots of $out/medians (fields: tables.awk), SVG, for run.sh: gnuplot -e "out='dir'; procs=2"
data = out.'/medians'
set terminal svg size 900,420 font 'sans-serif,13' background 'white' dynamic
set grid ytics lc rgb '#dddddd'
set style line 1 lc rgb '#c0392b' lw 2 pt 5 ps 0.7
set style line 2 lc rgb '#2471a3' lw 2 pt 7 ps 0.7
set style line 3 lc rgb '#1e8449' lw 2 pt 9 ps 0.9
protocols = 'old 2025 run9'
states = 'running cached'

# lines of one protocol: sel(state, reclaim, class, condition) | awk
pick(p, cond, x, y) = sprintf("<awk '$1 == \"load\" && $3 == \"text\" && $2 == \"%s\" && %s {print %s, %s}' %s | sort -g", p, cond, x, y, data)

set key top left samplen 2

# --- how long one waits while somebody holds an image's lock ---
set output out.'/hold.svg'
set terminal svg size 900,760
set logscale y
set ylabel 'p99 of an attach, µs'
set xlabel "one image's lock held for, ms at a time"
set xrange [-0.3:3.3]
set yrange [0.05:20000]
set xtics ('0' 0, '0.1' 1, '1' 2, '5' 3)
xhold = '($8 == 0 ? 0 : $8 == 100 ? 1 : $8 == 1000 ? 2 : 3)'
set multiplot layout 2,2
do for [s in states] {
	do for [c in 'other same'] {
		set title (c eq 'other' ? 'attach of other programs' : 'attach of the held program').(s eq 'running' ? ', which run' : ', only cached')
		plot for [k=1:3] pick(word(protocols,k), sprintf('$9 > 0 && !$5 && $4 == "%s" && $10 == "%s"', s, c), xhold, '$13/1000') with linespoints ls k title word(protocols,k)
	}
}
unset multiplot

# --- without pause: p99 and throughput by threads ---
set terminal svg size 900,440
set xrange [0.9:17.8]
set logscale x 2
set xtics (1, 2, 4, 8, 16)
set xlabel 'threads that attach without pause'
set bmargin 8
sat(s, r) = sprintf('$9 == 0 && $7 == 10 && $10 == "other" && $4 == "%s" && $5 == %d', s, r)
title(s) = s eq 'running' ? '10 programs that run' : '10 programs, only cached'
# One legend for both.
legend(s) = s eq 'running' ? 'set key at screen 0.5, 0.09 center maxrows 2 samplen 3' : 'unset key'

set output out.'/threads.svg'
set yrange [0.03:10]
set multiplot layout 1,2
do for [s in states] {
	set title title(s)
	eval legend(s)
	plot for [k=1:3] pick(word(protocols,k), sat(s, 0), '$6', '$13/1000') with linespoints ls k title word(protocols,k), \
		for [k=1:3] pick(word(protocols,k), sat(s, 1), '$6', '$13/1000') with linespoints ls k dt 2 title word(protocols,k).', with reclaim'
}
unset multiplot

set output out.'/throughput.svg'
unset logscale y
set yrange [0:*]
set ylabel 'attaches a second, millions'
rate = sprintf('$23 * ($6 < %d ? $6 : %d) / 1e6', procs, procs)
set multiplot layout 1,2
do for [s in states] {
	set title title(s)
	eval legend(s)
	plot for [k=1:3] pick(word(protocols,k), sat(s, 0), '$6', rate) with linespoints ls k title word(protocols,k), \
		for [k=1:3] pick(word(protocols,k), sat(s, 1), '$6', rate) with linespoints ls k dt 2 title word(protocols,k).', with reclaim'
}
unset multiplot
