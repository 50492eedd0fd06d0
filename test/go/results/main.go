// Results reads what go test -json says, prints what failed with its output, and counts.
//
//	results [-known file -where words] [-save file] [-of n] [-strict] [package ...] <events
//	results -report -known file -where words [-asked file] [-title text] [-html file] plan9-file [linux-file]
//	results -ended file
//	results -tagged tag -known file -where words
//	results -programs file <output
//
// The first form reads a run while it goes on. Each package that is named must have a result.
// Every test, and every subtest, is one result. A package that fails without a failed test of its
// own (it crashed, hung or did not compile) is one failure. known.go says what a known failure is.
// With -strict one that passes is a failure. -save keeps what each package did in a file, when it
// has ended; what the file has already is counted too. -of is the number of packages that are to
// come; a line says how far the run is.
//
// -report makes a table of two runs that were saved, of Plan 9 and of Linux, as text and as an HTML
// page; a package that the file of -asked names, and that has no result, is a failure. -ended lists
// the packages that a file has. -tagged lists known failures with that tag. -programs makes events of
// what Go's test directory says: programs.go.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

var (
	knownfile = flag.String("known", "", "file of known failures")
	where     = flag.String("where", "", "what holds here: go1.19,root")
	strict    = flag.Bool("strict", false, "a known failure that passes is a failure")
	save      = flag.String("save", "", "keep the results of each package in this file")
	of        = flag.Int("of", 0, "number of packages to come")
	quiet     = flag.Bool("quiet", false, "print no failures and no counts")
	report    = flag.Bool("report", false, "make a table of saved runs")
	title     = flag.String("title", "", "the report's title")
	asked     = flag.String("asked", "", "a report fails packages of this list that have no result")
	htmlfile  = flag.String("html", "", "write the report to this file as HTML")
	ended     = flag.String("ended", "", "list the packages of a saved run")
	progs     = flag.String("programs", "", "convert the results of the programs in this list")
	tagged    = flag.String("tagged", "", "list the known failures with this tag")
)

func main() {
	flag.Parse()
	r := newrun()
	if *knownfile != "" {
		r.knowns = readknown(*knownfile, *where)
	}
	switch {
	case *tagged != "":
		for _, k := range r.knowns {
			if k.tags[*tagged] {
				fmt.Println(k.pkg, k.test)
			}
		}
	case *progs != "":
		programs(*progs)
	case *ended != "":
		r.load(*ended)
		for _, p := range r.sorted() {
			fmt.Println(p.name)
		}
	case *report:
		if flag.NArg() < 1 || flag.NArg() > 2 {
			fatal("-report: one or two files")
		}
		makereport(r, flag.Args())
	default:
		r.interrupts()
		r.say = !*quiet
		if *save != "" {
			r.load(*save)
			r.savein(*save)
		}
		r.progress = newprogress(*of)
		r.read(os.Stdin)
		r.progress.clear()
		r.want(flag.Args())
		r.finish()
	}
	if r.nfail > 0 {
		os.Exit(1)
	}
}

// want fails the packages of names that have no result.
func (r *run) want(names []string) {
	for _, p := range names {
		if r.packages[p] == nil {
			r.fail(r.pkg(p), nil, "(no result at all)")
		}
	}
}

func fatal(args ...interface{}) {
	fmt.Fprintln(os.Stderr, append([]interface{}{"results:"}, args...)...)
	os.Exit(2)
}

// event is a line of go test -json.
type event struct {
	Action  string
	Package string
	Test    string  `json:",omitempty"`
	Elapsed float64 `json:",omitempty"`
	Output  string  `json:",omitempty"`
}

// read takes the events of a run. Other lines are the go command's own words: what did not compile,
// mostly.
func (r *run) read(f io.Reader) {
	in := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil && e.Action != "" {
				if e.Package != "" {
					r.event(e)
				}
			} else if r.say {
				r.progress.clear()
				fmt.Print(string(line))
			}
		}
		if err != nil {
			return
		}
	}
}

// load takes the events of a run that was saved, without a word about failures.
func (r *run) load(name string) {
	f, err := os.Open(name)
	if os.IsNotExist(err) && *save != "" {
		return
	}
	if err != nil {
		fatal(err)
	}
	defer f.Close()
	say := r.say
	r.say = false
	r.read(f)
	r.say = say
}
