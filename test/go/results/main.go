// Results reads the output of go test -json, prints what failed with its
// output, and counts.
//
//	results [-known file] [package ...] <events
//
// Each package that is named must have a result.
// Every test, and every subtest, is one result. A package that fails without a
// failed test of its own (it crashed, hung or did not compile) is one failure.
// The file of known failures has lines
//
//	package test reason ...
//
// where test may end in * and may be "-" for the package as a whole. A known
// failure is neither passed nor failed; one that passes is reported, so that
// the list stays true. A reason that starts with "hangs:" allows no failure: it
// is for std.sh, which runs the package again.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
)

type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

type known struct {
	pkg, test, reason string
	met, passed       int
}

// About as much of a failure's output as a reader can use: of a test; of a package that
// crashed or hung, which has the kernel's or Go's stack traces.
const (
	maxlines  = 40
	maxtraces = 400
)

var (
	knowns []*known
	output = map[string][]string{}
)

func main() {
	file := flag.String("known", "", "file of known failures")
	flag.Parse()
	if *file != "" {
		readknown(*file)
	}

	var npass, nfail, nskip, nknown int
	failedtests := map[string]int{} // of each package
	ended := map[string]bool{}
	begun := map[string]bool{}
	running := map[string][]string{} // tests of each package
	fail := func(e event, what string) {
		nfail++
		fmt.Printf("FAIL: %s %s%s\n", e.Package, e.Test, what)
		max := maxlines
		if e.Test == "" {
			max = maxtraces
			for _, t := range running[e.Package] {
				fmt.Printf("\t%s had not ended\n", t)
			}
		}
		for _, l := range last(output[e.Package+" "+e.Test], max) {
			fmt.Print("\t", l)
		}
	}

	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		var e event
		if json.Unmarshal(line, &e) != nil || e.Action == "" {
			// The go command's own words: what did not compile, mostly.
			fmt.Print(string(line))
			continue
		}
		begun[e.Package] = true
		key := e.Package + " " + e.Test
		switch e.Action {
		case "run":
			running[e.Package] = append(running[e.Package], e.Test)
		case "pass", "fail", "skip":
			running[e.Package] = without(running[e.Package], e.Test)
		}
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
			if e.Test != "" {
				// A crash is told in the package's output too.
				p := e.Package + " "
				output[p] = append(output[p], e.Output)
			}
		case "skip":
			if e.Test != "" {
				nskip++
			} else {
				ended[e.Package] = true
			}
			delete(output, key)
		case "pass":
			if k := lookup(e); k != nil {
				k.passed++
			}
			if e.Test != "" {
				npass++
			} else {
				ended[e.Package] = true
				if !strings.Contains(strings.Join(output[key], ""), "PASS\n") {
					fail(e, "(status 0, but the tests never said PASS)")
				}
			}
			delete(output, key)
		case "fail":
			k := lookup(e)
			switch {
			case k != nil:
				k.met++
				nknown++
				failedtests[e.Package]++
			case e.Test != "":
				failedtests[e.Package]++
				fail(e, "")
			case failedtests[e.Package] == 0 || len(running[e.Package]) > 0:
				fail(e, "(the package as a whole)")
			}
			if e.Test == "" {
				ended[e.Package] = true
			}
			delete(output, key)
		}
		if err != nil {
			break
		}
	}
	var open []string
	for p := range begun {
		if !ended[p] {
			open = append(open, p)
		}
	}
	sort.Strings(open)
	for _, p := range open {
		fail(event{Package: p}, "(did not end)")
	}
	if len(begun) == 0 {
		fmt.Println("FAIL: no results at all")
		nfail++
	}
	for _, p := range flag.Args() {
		if !begun[p] {
			fail(event{Package: p}, "(no result at all)")
		}
	}

	for _, k := range knowns {
		if k.passed > 0 && k.met == 0 {
			fmt.Printf("note: %s %s is listed as a known failure, but passed\n",
				k.pkg, k.test)
		}
	}
	fmt.Printf("%d packages, %d tests skipped themselves, %d known failures\n",
		len(begun), nskip, nknown)
	fmt.Printf("%d passed, %d failed\n", npass, nfail)
	if nfail > 0 {
		os.Exit(1)
	}
}

func last(lines []string, max int) []string {
	if len(lines) > max {
		n := len(lines) - max
		return append([]string{fmt.Sprintf("... %d lines\n", n)}, lines[n:]...)
	}
	return lines
}

func without(names []string, name string) []string {
	for i, n := range names {
		if n == name {
			return append(names[:i], names[i+1:]...)
		}
	}
	return names
}

func lookup(e event) *known {
	for _, k := range knowns {
		if k.pkg != e.Package {
			continue
		}
		switch {
		case k.test == "-":
			if e.Test == "" {
				return k
			}
		case e.Test == "":
		case strings.HasSuffix(k.test, "*"):
			if strings.HasPrefix(e.Test, strings.TrimSuffix(k.test, "*")) {
				return k
			}
		case k.test == e.Test:
			return k
		}
	}
	return nil
}

func readknown(file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "results:", err)
		os.Exit(2)
	}
	for i, l := range strings.Split(string(data), "\n") {
		f := strings.Fields(l)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) < 3 {
			fmt.Fprintf(os.Stderr, "results: %s:%d: package test reason\n", file, i+1)
			os.Exit(2)
		}
		if f[2] == "hangs:" {
			continue
		}
		knowns = append(knowns, &known{
			pkg: f[0], test: f[1], reason: strings.Join(f[2:], " ")})
	}
}
