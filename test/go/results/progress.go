package main

import (
	"fmt"
	"os"
	"time"
)

// progress says on standard error how far the run is: on a terminal in one line that changes,
// elsewhere in a line now and then.
type progress struct {
	of, done  int
	sum       counts
	terminal  bool
	shown     bool
	start, at time.Time
	now       string
}

// How often a line comes.
const (
	often  = 200 * time.Millisecond
	seldom = 30 * time.Second
)

func newprogress(of int) *progress {
	p := &progress{of: of, start: time.Now()}
	p.at = p.start
	if fi, err := os.Stderr.Stat(); err == nil {
		p.terminal = fi.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) test(k *pkg, t *test) {
	p.now = k.name
	switch t.result {
	case "pass":
		p.sum.npass++
	case "fail":
		p.sum.nknown++
	}
	p.line(false)
}

func (p *progress) pkg(k *pkg) {
	p.done++
	p.now = k.name
	p.sum.nfail += k.nfail
	p.line(p.done == p.of)
}

func (p *progress) line(must bool) {
	wait := seldom
	if p.terminal {
		wait = often
	}
	if p.of == 0 || (!must && time.Since(p.at) < wait) {
		return
	}
	p.at = time.Now()
	p.clear()
	fmt.Fprintf(os.Stderr, "%d of %d packages, %d passed, %d failed, %d known failures, %d s: %s",
		p.done, p.of, p.sum.npass, p.sum.nfail, p.sum.nknown,
		int(time.Since(p.start).Seconds()), p.now)
	if p.terminal {
		p.shown = true
	} else {
		fmt.Fprintln(os.Stderr)
	}
}

// clear takes the line away, for other words.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		p.shown = false
	}
}
