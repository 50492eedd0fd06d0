package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
)

// programs reads what runs the programs of Go's test directory, and prints it as go test -json
// would: each folder is a package, and each file in it a test. files has the programs, a line each;
// one without a result is a failure.
//
// Until Go 1.20 test/run.go runs them: "skip file : why" and then "ok file time" where the program
// is not for this system; "ok file time"; "# go run run.go -- file", the reason in several lines,
// and "FAIL file time". Later it is the test cmd/internal/testdir, with go test -json.
func programs(files string) {
	c := converter{tests: map[string]*test{}}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		line := in.Text()
		var e event
		if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
			c.testdir(e)
		} else {
			c.rungo(line)
		}
	}
	data, err := os.ReadFile(files)
	if err != nil {
		fatal(err)
	}
	for _, f := range strings.Fields(string(data)) {
		if c.test(f).result == "" {
			c.test(f).result = "fail"
			c.test(f).output = append(c.test(f).output, "no result\n")
		}
	}
	c.print()
}

type converter struct {
	tests  map[string]*test
	order  []*test
	reason []string // run.go's words about the program that failed; nil between programs
}

func (c *converter) test(file string) *test {
	file = path.Clean(file)
	t := c.tests[file]
	if t == nil {
		t = &test{name: file}
		c.tests[file] = t
		c.order = append(c.order, t)
	}
	return t
}

func (c *converter) testdir(e event) {
	name := strings.TrimPrefix(e.Test, "Test/")
	if name == e.Test {
		return
	}
	t := c.test(name)
	switch e.Action {
	case "output":
		t.output = append(t.output, e.Output)
	case "pass", "fail", "skip":
		t.result, t.seconds = e.Action, e.Elapsed
	}
}

func (c *converter) rungo(line string) {
	f := strings.Split(line, "\t")
	switch {
	case strings.HasPrefix(line, "# go run run.go -- "):
		c.reason = []string{}
	case f[0] == "FAIL" && len(f) == 3:
		t := c.test(strings.TrimSpace(f[1]))
		t.result, t.output, t.seconds = "fail", c.reason, elapsed(f[2])
		c.reason = nil
	case c.reason != nil:
		c.reason = append(c.reason, line+"\n")
	case strings.HasPrefix(line, "skip "):
		w := strings.Fields(line)
		if len(w) > 1 {
			c.test(strings.TrimSuffix(w[1], ":")).result = "skip"
		}
	case f[0] == "ok  " && len(f) == 3:
		t := c.test(strings.TrimSpace(f[1]))
		if t.result == "" {
			t.result = "pass"
		}
		t.seconds = elapsed(f[2])
	case line != "":
		fmt.Println(line)
	}
}

// elapsed reads 1.234s.
func elapsed(s string) float64 {
	x, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(s), "s"), 64)
	return x
}

func (c *converter) print() {
	put := func(e event) {
		line, err := json.Marshal(e)
		if err != nil {
			fatal(err)
		}
		fmt.Println(string(line))
	}
	sum := map[string]float64{}
	result := map[string]string{}
	for _, t := range c.order {
		dir := path.Join("test", path.Dir(t.name))
		name := path.Base(t.name)
		sum[dir] += t.seconds
		if result[dir] != "fail" {
			result[dir] = "pass"
		}
		if t.result == "fail" {
			result[dir] = "fail"
		}
		put(event{Action: "run", Package: dir, Test: name})
		for _, l := range t.output {
			put(event{Action: "output", Package: dir, Test: name, Output: l})
		}
		put(event{Action: t.result, Package: dir, Test: name, Elapsed: t.seconds})
	}
	for dir, r := range result {
		put(event{Action: "output", Package: dir, Output: strings.ToUpper(r) + "\n"})
		put(event{Action: r, Package: dir, Elapsed: sum[dir]})
	}
}
