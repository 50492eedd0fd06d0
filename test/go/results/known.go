package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// known is a line of the file of known failures:
//
//	package test [tag: ...] reason ...
//
// test may end in * and may be "-" for the package as a whole. Tags:
//
//	panics:      the test ends its package: std.sh runs it by itself
//	hangs:       allows no failure: std.sh runs the package again when it hung
//	sometimes:   the test may pass too
//	root:        the line holds where root runs the tests, so that -where has this word; likewise
//	             debian:, short: and long:
//	go<1.21:     the line holds for Go before 1.21; likewise go>=1.21:
//
// A known failure is neither passed nor failed. One that passes is reported, so that the list
// stays true.
type known struct {
	pkg, test, reason string
	tags              map[string]bool
	met, passed       int
}

var (
	plaintags = map[string]bool{"panics": true, "hangs": true, "sometimes": true}
	wheretags = map[string]bool{"root": true, "debian": true, "short": true, "long": true}
)

// readknown returns the lines of a file that hold here.
func readknown(file, where string) []*known {
	data, err := os.ReadFile(file)
	if err != nil {
		fatal(err)
	}
	var all []*known
	for i, l := range strings.Split(string(data), "\n") {
		f := strings.Fields(l)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		bad := func(what string) { fatal(fmt.Sprintf("%s:%d: %s", file, i+1, what)) }
		if len(f) < 3 {
			bad("not: package test reason")
		}
		k := &known{pkg: f[0], test: f[1], tags: map[string]bool{}}
		here := true
		f = f[2:]
		for len(f) > 0 && istag(f[0]) {
			t := strings.TrimSuffix(f[0], ":")
			k.tags[t] = true
			if !plaintags[t] && !holds(t, where) {
				here = false
			}
			f = f[1:]
		}
		k.reason = strings.Join(f, " ")
		if k.reason == "" {
			bad("no reason")
		}
		if here {
			all = append(all, k)
		}
	}
	return all
}

func istag(s string) bool {
	t := strings.TrimSuffix(s, ":")
	return t != s && (plaintags[t] || wheretags[t] || strings.HasPrefix(t, "go<") || strings.HasPrefix(t, "go>="))
}

// holds tells whether a tag is one of the words, or is about Go's version, which is the word
// "go1.N".
func holds(tag, words string) bool {
	for _, w := range strings.Split(words, ",") {
		if w == tag {
			return true
		}
		if !strings.HasPrefix(w, "go1.") {
			continue
		}
		n := minor(w[len("go"):])
		switch {
		case strings.HasPrefix(tag, "go<"):
			return n < minor(tag[len("go<"):])
		case strings.HasPrefix(tag, "go>="):
			return n >= minor(tag[len("go>="):])
		}
	}
	return false
}

// minor returns N of the version 1.N.
func minor(v string) int {
	f := strings.Split(v, ".")
	if len(f) < 2 || f[0] != "1" {
		fatal(v + ": not a version of Go")
	}
	n, err := strconv.Atoi(f[1])
	if err != nil {
		fatal(v + ": not a version of Go")
	}
	return n
}

// outlived tells whether the line is not true: its test passed, and did not fail.
func (k *known) outlived() bool {
	return k.passed > 0 && k.met == 0 && !k.tags["sometimes"]
}

// lookup finds the line for a test, or if it is empty, for the package as a whole.
func lookup(knowns []*known, pkg, test string) *known {
	for _, k := range knowns {
		if k.pkg != pkg || k.tags["hangs"] {
			continue
		}
		switch {
		case k.test == "-":
			if test == "" {
				return k
			}
		case test == "":
		case strings.HasSuffix(k.test, "*"):
			if strings.HasPrefix(test, strings.TrimSuffix(k.test, "*")) {
				return k
			}
		case k.test == test:
			return k
		}
	}
	return nil
}
