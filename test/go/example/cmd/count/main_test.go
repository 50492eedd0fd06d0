package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The test starts itself as the program, in a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("RUNMAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestCount(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "RUNMAIN=1")
	cmd.Stdin = strings.NewReader("a rose is a rose")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if string(out) != "2\ta\n1\tis\n2\trose\n" {
		t.Errorf("wrong output: %q", out)
	}
}
