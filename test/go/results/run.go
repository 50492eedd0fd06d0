package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"sort"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// About as much of a failure's output as a reader can use: of a test; of a package that
// crashed or hung, which has the kernel's or Go's stack traces.
const (
	maxlines  = 40
	maxtraces = 400
)

// test is one test, or subtest.
type test struct {
	name    string
	result  string // pass, fail or skip; empty while it runs
	seconds float64
	output  []string
	known   *known // the failure was expected
}

// pkg is a package, or a folder of programs, of which each is a test.
type pkg struct {
	name    string
	result  string
	seconds float64
	output  []string // its own, and that of its tests: a crash is told there
	own     []string // its own alone
	tests   map[string]*test
	order   []*test
	fails   []failure
	counts
}

type counts struct {
	npass, nfail, nskip, nknown int
}

func (c *counts) add(d counts) {
	c.npass += d.npass
	c.nfail += d.nfail
	c.nskip += d.nskip
	c.nknown += d.nknown
}

// failure is what was not expected.
type failure struct {
	test, what string
	output     []string
}

// run is the results of many packages on one system.
type run struct {
	packages map[string]*pkg
	knowns   []*known
	nfail    int
	say      bool // print failures when they come
	progress *progress
	file     *os.File // of -save
	stopped  int32    // a signal came
}

func newrun() *run {
	return &run{packages: map[string]*pkg{}, progress: &progress{}}
}

func (r *run) pkg(name string) *pkg {
	p := r.packages[name]
	if p == nil {
		p = &pkg{name: name, tests: map[string]*test{}}
		r.packages[name] = p
	}
	return p
}

func (r *run) sorted() []*pkg {
	var all []*pkg
	for _, p := range r.packages {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name < all[j].name })
	return all
}

// fail notes a failure of t, or of p as a whole if t is nil.
func (r *run) fail(p *pkg, t *test, what string) {
	r.nfail++
	p.nfail++
	f := failure{what: what}
	if t != nil {
		f.test = t.name
		f.output = last(t.output, maxlines)
	} else {
		for _, t := range p.order {
			if t.result == "" {
				f.output = append(f.output, t.name+" had not ended\n")
			}
		}
		f.output = append(f.output, last(p.output, maxtraces)...)
	}
	p.fails = append(p.fails, f)
	if r.say {
		r.progress.clear()
		f.print(p)
	}
}

func (f failure) print(p *pkg) {
	fmt.Printf("FAIL: %s %s%s\n", p.name, f.test, f.what)
	for _, l := range f.output {
		fmt.Print("\t", l)
	}
}

func (r *run) event(e event) {
	p := r.pkg(e.Package)
	if e.Test == "" {
		r.pkgevent(p, e)
		return
	}
	t := p.tests[e.Test]
	if t == nil {
		t = &test{name: e.Test}
		p.tests[e.Test] = t
		p.order = append(p.order, t)
	}
	switch e.Action {
	case "run":
		t.result = ""
	case "output":
		t.output = append(t.output, e.Output)
		p.output = append(p.output, e.Output)
	case "pass", "fail", "skip":
		t.result, t.seconds = e.Action, e.Elapsed
		r.testend(p, t)
	}
}

func (r *run) testend(p *pkg, t *test) {
	k := lookup(r.knowns, p.name, t.name)
	switch t.result {
	case "pass":
		p.npass++
		if k != nil {
			k.passed++
		}
	case "skip":
		p.nskip++
	case "fail":
		if k == nil {
			r.fail(p, t, "")
			return
		}
		k.met++
		t.known = k
		p.nknown++
	}
	r.progress.test(p, t)
}

func (r *run) pkgevent(p *pkg, e event) {
	switch e.Action {
	case "output":
		p.output = append(p.output, e.Output)
		p.own = append(p.own, e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	p.result, p.seconds = e.Action, e.Elapsed
	open := 0
	for _, t := range p.order {
		if t.result == "" {
			open++
		}
	}
	k := lookup(r.knowns, p.name, "")
	switch {
	case p.result == "pass":
		if k != nil {
			k.passed++
		}
		if !strings.Contains(strings.Join(p.own, ""), "PASS\n") {
			r.fail(p, nil, "(status 0, but the tests never said PASS)")
		}
	case p.result == "fail" && k != nil:
		k.met++
		p.nknown++
	case p.result == "fail" && (p.nfail+p.nknown == 0 || open > 0):
		r.fail(p, nil, "(the package as a whole)")
	}
	r.progress.pkg(p)
	r.keep(p)
	p.output = nil
	for _, t := range p.order {
		if t.result != "fail" {
			t.output = nil
		}
	}
}

// savein has each package that ends from now on written to a file.
func (r *run) savein(name string) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0666)
	if err != nil {
		fatal(err)
	}
	r.file = f
}

// interrupts has a signal end the run only when those that write here have ended.
func (r *run) interrupts() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-c
		atomic.StoreInt32(&r.stopped, 1)
	}()
}

// The signal that ended a package's tests reaches this program too, within this time.
const signaltime = 200 * time.Millisecond

// keep writes p's events to the file of -save: results, and output where something failed. They are
// one write, so that a file ends with a whole package wherever the run is interrupted.
func (r *run) keep(p *pkg) {
	if r.file == nil {
		return
	}
	if p.result == "fail" {
		// the signal may be the reason, and p runs again
		time.Sleep(signaltime)
		if atomic.LoadInt32(&r.stopped) != 0 {
			return
		}
	}
	var text []byte
	put := func(e event) {
		e.Package = p.name
		line, err := json.Marshal(e)
		if err != nil {
			fatal(err)
		}
		text = append(append(text, line...), '\n')
	}
	for _, t := range p.order {
		if t.result == "fail" || t.result == "" {
			put(event{Action: "run", Test: t.name})
			for _, l := range last(t.output, maxtraces) {
				put(event{Action: "output", Test: t.name, Output: l})
			}
		}
		if t.result != "" {
			put(event{Action: t.result, Test: t.name, Elapsed: t.seconds})
		}
	}
	for _, l := range last(p.own, maxtraces) {
		put(event{Action: "output", Output: l})
	}
	put(event{Action: p.result, Elapsed: p.seconds})
	if _, err := r.file.Write(text); err != nil {
		fatal(err)
	}
}

// finish looks at what the run lacks, and prints the counts.
func (r *run) finish() {
	var sum counts
	for _, p := range r.sorted() {
		if p.result == "" && p.nfail == 0 {
			r.fail(p, nil, "(did not end)")
		}
		sum.add(p.counts)
	}
	if len(r.packages) == 0 {
		r.nfail++
		if r.say {
			fmt.Println("FAIL: no results at all")
		}
	}
	for _, k := range r.knowns {
		if !k.outlived() {
			continue
		}
		if *strict {
			r.nfail++
		}
		if r.say {
			what := map[bool]string{true: "FAIL", false: "note"}[*strict]
			fmt.Printf("%s: %s %s is listed as a known failure, but passed\n", what, k.pkg, k.test)
		}
	}
	if r.say {
		fmt.Printf("%d packages, %d tests skipped themselves, %d known failures\n",
			len(r.packages), sum.nskip, sum.nknown)
		fmt.Printf("%d passed, %d failed\n", sum.npass, r.nfail)
	}
}

func last(lines []string, max int) []string {
	if len(lines) > max {
		n := len(lines) - max
		return append([]string{fmt.Sprintf("... %d lines\n", n)}, lines[n:]...)
	}
	return lines
}
