package main

import (
	"fmt"
	"math"
	"os"
	"sort"
	"strings"
	"text/tabwriter"
)

// row is a package in the report.
type row struct {
	*pkg
	linux float64 // seconds; 0: it has no result there
}

// Times under this many seconds are mostly the start of a program: they make no ratio.
const shortest = 0.1

// ratio is the time on Plan 9 by that on Linux, or 0.
func (w row) ratio() float64 {
	if w.linux < shortest || w.seconds <= 0 {
		return 0
	}
	return w.seconds / w.linux
}

func (w row) state() string {
	switch {
	case w.nfail > 0:
		return "failed"
	case w.nknown > 0:
		return "known"
	case w.npass == 0:
		return "skipped"
	}
	return "passed"
}

// results is all that a report shows.
type results struct {
	title    string
	rows     []row
	sum      counts
	nfail    int
	seconds  float64
	linux    float64
	middle   float64  // the median ratio
	passed   []*known // known failures that passed
	expected []expected
}

// expected is a known failure that failed.
type expected struct {
	pkg, test, reason string
}

// makereport reads the files of runs that were saved, of Plan 9 and perhaps of Linux, and writes
// the report.
func makereport(r *run, files []string) {
	*strict = true
	r.load(files[0])
	linux := newrun()
	if len(files) > 1 {
		linux.load(files[1])
	}
	if *asked != "" {
		text, err := os.ReadFile(*asked)
		if err != nil {
			fatal(err)
		}
		r.want(strings.Fields(string(text)))
	}
	r.finish()
	res := results{title: *title, nfail: r.nfail}
	var ratios []float64
	for _, p := range r.sorted() {
		w := row{pkg: p}
		if q := linux.packages[p.name]; q != nil && q.result == "pass" {
			w.linux = q.seconds
		}
		if x := w.ratio(); x > 0 {
			ratios = append(ratios, x)
			res.seconds += w.seconds
			res.linux += w.linux
		}
		res.sum.add(p.counts)
		res.rows = append(res.rows, w)
		for _, t := range p.order {
			if t.known != nil {
				res.expected = append(res.expected, expected{p.name, t.name, t.known.reason})
			}
		}
	}
	if len(ratios) > 0 {
		sort.Float64s(ratios)
		res.middle = ratios[len(ratios)/2]
	}
	for _, k := range r.knowns {
		if k.outlived() {
			res.passed = append(res.passed, k)
		}
	}
	res.text()
	if *htmlfile != "" {
		if err := os.WriteFile(*htmlfile, res.page(), 0666); err != nil {
			fatal(err)
		}
	}
}

func seconds(s float64) string {
	if s <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", s)
}

func (r *results) text() {
	fmt.Printf("%s\n\n", r.title)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "passed\tfailed\tknown\tskipped\ttime\tLinux\tratio\t  package")
	for _, p := range r.rows {
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%s\t%s\t%s\t  %s\n", p.npass, p.nfail, p.nknown, p.nskip,
			seconds(p.pkg.seconds), seconds(p.linux), seconds(p.ratio()), p.name)
	}
	w.Flush()
	fmt.Println()
	for _, e := range r.expected {
		fmt.Printf("known: %s %s: %s\n", e.pkg, e.test, e.reason)
	}
	for _, p := range r.rows {
		for _, f := range p.fails {
			f.print(p.pkg)
		}
	}
	for _, k := range r.passed {
		fmt.Printf("FAIL: %s %s is listed as a known failure, but passed: %s\n", k.pkg, k.test, k.reason)
	}
	fmt.Printf("%s\n", r.summary())
	fmt.Printf("%d passed, %d failed\n", r.sum.npass, r.nfail)
}

func (r *results) summary() string {
	s := fmt.Sprintf("%d packages, %d tests skipped themselves, %d known failures", len(r.rows),
		r.sum.nskip, r.sum.nknown)
	if r.middle > 0 {
		s += fmt.Sprintf("; of packages that take %.1f s or more, %.0f s against Linux's %.0f s, "+
			"median ratio %.2f", shortest, r.seconds, r.linux, r.middle)
	}
	return s
}

// The plot: for each package a point, its time on Linux to the right, its time on Plan 9 upwards,
// both logarithmic.
const (
	plotwidth  = 760
	plotheight = 460
	left       = 64
	bottom     = 44
	margin     = 24
)

type plot struct {
	b        strings.Builder
	min, max float64 // log10 of seconds
}

func (p *plot) x(s float64) float64 {
	return left + (math.Log10(s)-p.min)/(p.max-p.min)*(plotwidth-left-margin)
}

func (p *plot) y(s float64) float64 {
	return plotheight - bottom - (math.Log10(s)-p.min)/(p.max-p.min)*(plotheight-bottom-margin)
}

func (p *plot) put(format string, args ...interface{}) {
	fmt.Fprintf(&p.b, format+"\n", args...)
}

// line draws where the ratio is r. Its name stands below it, or above if that is so.
func (p *plot) line(r float64, class, name string, above bool) {
	lo, hi := math.Pow(10, p.min), math.Pow(10, p.max)
	from, to := lo, hi/r
	p.put(`<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, class, p.x(from), p.y(from*r), p.x(to), p.y(to*r))
	at, dx, anchor := math.Sqrt(hi*math.Sqrt(hi*lo)), 10, "start"
	if above {
		dx, anchor = -10, "end"
	}
	p.put(`<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, p.x(at)+float64(dx), p.y(at*r)+4, anchor, name)
}

func (r *results) svg() string {
	p := &plot{min: -2, max: 0}
	for _, w := range r.rows {
		p.max = math.Max(p.max, math.Ceil(math.Log10(math.Max(w.pkg.seconds, w.linux)+0.01)))
	}
	p.put(`<svg viewBox="0 0 %d %d" role="img" aria-label="time of each package under run9 against its time on Linux">`, plotwidth, plotheight)
	for d := p.min; d <= p.max; d++ {
		s := math.Pow(10, d)
		label := fmt.Sprintf("%g s", s)
		p.put(`<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`, p.x(s), margin, p.x(s), plotheight-bottom)
		p.put(`<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, left, p.y(s), plotwidth-margin, p.y(s))
		p.put(`<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, p.x(s), plotheight-bottom+18, label)
		p.put(`<text x="%d" y="%.1f" text-anchor="end">%s</text>`, left-8, p.y(s)+4, label)
	}
	p.put(`<text x="%d" y="%d" text-anchor="middle">on Linux</text>`, (left+plotwidth)/2, plotheight-6)
	p.put(`<text x="14" y="%d" text-anchor="middle" transform="rotate(-90 14 %d)">under run9</text>`, plotheight/2, plotheight/2)
	p.line(1, "one", "the same time", false)
	p.line(2, "two", "twice", true)
	for _, w := range r.rows {
		if w.linux < 0.01 || w.pkg.seconds < 0.01 {
			continue
		}
		p.put(`<circle class="%s" cx="%.1f" cy="%.1f" r="4"><title>%s: %.2f s, on Linux %.2f s</title></circle>`,
			w.state(), p.x(w.linux), p.y(w.pkg.seconds), w.name, w.pkg.seconds, w.linux)
	}
	p.put("</svg>")
	return p.b.String()
}
