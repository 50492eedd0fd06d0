// Files is a Go program that does to files what Go programs do:
// files dir tree scale [name ...]
//
// It works in a folder of its own in dir, which it removes. tree is a folder with many files,
// which it only looks at. Each line that it prints is "name count nanoseconds"; the names are
// those of ops, and all of them are done unless some are named. A scale of n does an n'th of
// the work.
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	many   = 2000    // files in the folder that is listed
	large  = 4 << 20 // bytes of the file that is read and written
	small  = 100     // bytes of the file that is read whole
	levels = 8       // folders above the deep file
)

// Work is what the operations use.
type work struct {
	dir, tree, file, deep, many string
	buf                         []byte
}

// An op is done n times by do, which returns how many it has done.
type op struct {
	name string
	n    int
	do   func(w *work, n int) int
}

var ops = []op{
	{"stat", 20000, func(w *work, n int) int { return stat(w.file, n) }},
	{"statmissing", 20000, statmissing},
	{"statdeep", 20000, func(w *work, n int) int { return stat(w.deep, n) }},
	{"openclose", 10000, openclose},
	{"dirstat", 5, dirstat},
	{"dirnames", 10, dirnames},
	{"rename", 5000, rename},
	{"createremove", 3000, createremove},
	{"readfile", 5000, readfile},
	{"walkstat", 1, walkstat},
	{"walknames", 1, walknames},
	{"read4k", 20000, func(w *work, n int) int { return read(w, n, 4<<10) }},
	{"read64k", 2000, func(w *work, n int) int { return read(w, n, 64<<10) }},
	{"read1m", 200, func(w *work, n int) int { return read(w, n, 1<<20) }},
	{"write4k", 10000, func(w *work, n int) int { return write(w, n, 4<<10) }},
	{"write64k", 1000, func(w *work, n int) int { return write(w, n, 64<<10) }},
	{"write1m", 100, func(w *work, n int) int { return write(w, n, 1<<20) }},
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func stat(name string, n int) int {
	for i := 0; i < n; i++ {
		_, err := os.Stat(name)
		check(err)
	}
	return n
}

func statmissing(w *work, n int) int {
	name := w.file + ".missing"
	for i := 0; i < n; i++ {
		if _, err := os.Stat(name); !os.IsNotExist(err) {
			panic(err)
		}
	}
	return n
}

func openclose(w *work, n int) int {
	for i := 0; i < n; i++ {
		f, err := os.Open(w.file)
		check(err)
		check(f.Close())
	}
	return n
}

// dirstat lists a folder with what stat says of each file.
func dirstat(w *work, n int) int {
	for i := 0; i < n; i++ {
		f, err := os.Open(w.many)
		check(err)
		infos, err := f.Readdir(-1)
		check(err)
		check(f.Close())
		if len(infos) != many {
			panic(len(infos))
		}
	}
	return n * many
}

func dirnames(w *work, n int) int {
	for i := 0; i < n; i++ {
		f, err := os.Open(w.many)
		check(err)
		names, err := f.Readdirnames(-1)
		check(err)
		check(f.Close())
		if len(names) != many {
			panic(len(names))
		}
	}
	return n * many
}

func rename(w *work, n int) int {
	from, to := w.dir+"/from", w.dir+"/to"
	check(os.WriteFile(from, nil, 0o666))
	for i := 0; i < n; i++ {
		check(os.Rename(from, to))
		from, to = to, from
	}
	check(os.Remove(from))
	return n
}

func createremove(w *work, n int) int {
	name := w.dir + "/new"
	for i := 0; i < n; i++ {
		f, err := os.Create(name)
		check(err)
		check(f.Close())
		check(os.Remove(name))
	}
	return n
}

func readfile(w *work, n int) int {
	for i := 0; i < n; i++ {
		b, err := os.ReadFile(w.file)
		check(err)
		if len(b) != small {
			panic(len(b))
		}
	}
	return n
}

// walkstat walks the tree, with what stat says of each file.
func walkstat(w *work, n int) int {
	count := 0
	for i := 0; i < n; i++ {
		check(filepath.Walk(w.tree, func(_ string, info fs.FileInfo, err error) error {
			count++
			return err
		}))
	}
	return count
}

// walknames walks the tree, and asks only which files are folders.
func walknames(w *work, n int) int {
	count := 0
	for i := 0; i < n; i++ {
		check(filepath.WalkDir(w.tree, func(_ string, d fs.DirEntry, err error) error {
			count++
			return err
		}))
	}
	return count
}

// transfer does n reads or writes of the large file, in order, and again from its start.
func transfer(w *work, n, size int, move func(f *os.File, b []byte) (int, error)) int {
	f, err := os.OpenFile(w.dir+"/large", os.O_RDWR, 0)
	check(err)
	for i, at := 0, 0; i < n; i++ {
		m, err := move(f, w.buf[:size])
		check(err)
		if m != size {
			panic(m)
		}
		if at += m; at == large {
			_, err = f.Seek(0, io.SeekStart)
			check(err)
			at = 0
		}
	}
	check(f.Close())
	return n
}

func read(w *work, n, size int) int {
	return transfer(w, n, size, (*os.File).Read)
}

func write(w *work, n, size int) int {
	return transfer(w, n, size, (*os.File).Write)
}

// writelarge writes the large file in pieces like b. What a later write costs the host may depend
// on how large the pieces were.
func writelarge(name string, b []byte) {
	f, err := os.Create(name)
	check(err)
	for n := 0; n < large; n += len(b) {
		_, err = f.Write(b)
		check(err)
	}
	check(f.Close())
}

func newwork(dir, tree string) *work {
	dir, err := os.MkdirTemp(dir, "files")
	check(err)
	w := &work{dir: dir, tree: tree, file: dir + "/file", deep: dir, many: dir + "/many"}
	for i := 0; i < levels; i++ {
		w.deep += "/folder"
	}
	check(os.MkdirAll(w.deep, 0o777))
	w.deep += "/file"
	w.buf = make([]byte, 1<<20)
	check(os.WriteFile(w.file, w.buf[:small], 0o666))
	check(os.WriteFile(w.deep, w.buf[:small], 0o666))
	writelarge(dir+"/large", w.buf[:64<<10])
	check(os.Mkdir(w.many, 0o777))
	for i := 0; i < many; i++ {
		f, err := os.Create(fmt.Sprintf("%s/name%04d.go", w.many, i))
		check(err)
		check(f.Close())
	}
	return w
}

func wanted(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return len(names) == 0
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: files dir tree scale [name ...]")
		os.Exit(2)
	}
	scale, err := strconv.Atoi(os.Args[3])
	check(err)
	w := newwork(os.Args[1], os.Args[2])
	for _, o := range ops {
		if !wanted(o.name, os.Args[4:]) {
			continue
		}
		o.do(w, 1)
		start := time.Now()
		n := o.do(w, (o.n+scale-1)/scale)
		fmt.Println(o.name, n, time.Since(start).Nanoseconds())
	}
	check(os.RemoveAll(w.dir))
}
