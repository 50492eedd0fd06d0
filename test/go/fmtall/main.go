// Fmtall runs gofmt over a tree of Go source, one process for each folder.
//
//	fmtall gofmt tree
//	fmtall -version
//
// It prints what gofmt prints, folder by folder, and on the standard error
// gofmt's complaints and where there were any: the same bytes wherever it runs, if
// gofmt, exec, pipes and directory reads work.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "-version" {
		fmt.Printf("fmtall %s/%s %s\n", runtime.GOOS, runtime.GOARCH,
			runtime.Version())
		return
	}
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fmtall gofmt tree")
		os.Exit(2)
	}
	gofmt, tree := os.Args[1], os.Args[2]

	var dirs []string
	files := map[string][]string{}
	err := filepath.WalkDir(tree, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			dirs = append(dirs, path)
		} else if strings.HasSuffix(path, ".go") && e.Type().IsRegular() {
			dir := filepath.Dir(path)
			files[dir] = append(files[dir], path)
		}
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "fmtall:", err)
		os.Exit(1)
	}

	n, bad := 0, 0
	for _, dir := range dirs {
		if len(files[dir]) == 0 {
			continue
		}
		var out, errout bytes.Buffer
		cmd := exec.Command(gofmt, files[dir]...)
		cmd.Stdout = &out
		cmd.Stderr = &errout
		err := cmd.Run()
		os.Stdout.Write(out.Bytes())
		os.Stderr.Write(errout.Bytes())
		n++
		if err != nil {
			bad++
			// Not the status itself: Plan 9's is a string, which Go calls 1.
			if _, ok := err.(*exec.ExitError); !ok {
				fmt.Fprintln(os.Stderr, "fmtall:", dir, err)
				os.Exit(1)
			}
			fmt.Fprintln(os.Stderr, "fmtall: complaints about", dir)
		}
	}
	fmt.Fprintf(os.Stderr, "fmtall: %d runs of gofmt, %d with complaints\n", n, bad)
}
