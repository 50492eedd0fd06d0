// Threads is a storm of goroutines on several threads, garbage collection, and
// child processes behind pipes, over and over.
//
//	threads runs rounds    drive: that many processes of that many rounds each
//	threads -work rounds   one such process
//	threads -child         copy standard input to standard output, then a sum
//
// Driving, it writes the line "before" when it has warmed up and "after" when
// all is done, each time followed by the image cache's statistics, if there are
// any, and a line "." ; then it waits for a line of input. Whoever reads may look
// at the host meanwhile: only the driver runs then.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	goroutines = 64
	locked     = 8 // of them, each on a thread of its own
	children   = 4 // a round
	warmup     = 2 // processes run before anything is counted
)

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "-child":
		child()
	case len(os.Args) == 3 && os.Args[1] == "-work":
		for i := number(os.Args[2]); i > 0; i-- {
			round(i)
		}
	case len(os.Args) == 3:
		drive(number(os.Args[1]), number(os.Args[2]))
	default:
		fatal("usage: threads runs rounds")
	}
}

func fatal(v ...interface{}) {
	fmt.Fprintln(os.Stderr, append([]interface{}{"threads:"}, v...)...)
	os.Exit(1)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		fatal("not a number:", s)
	}
	return n
}

func drive(runs, rounds int) {
	in := bufio.NewReader(os.Stdin)
	pause := func(what string) {
		runtime.GC()
		stats := settled()
		fmt.Printf("%s\n%s.\n", what, stats)
		in.ReadString('\n')
	}
	for i := -warmup; i < runs; i++ {
		if i == 0 {
			pause("before")
		}
		n := rounds
		if i < 0 {
			n = 2
		}
		out, err := exec.Command(os.Args[0], "-work", fmt.Sprint(n)).CombinedOutput()
		if err != nil || len(out) != 0 {
			fatal("run", i, err, string(out))
		}
	}
	pause("after")
}

// settled waits until the driver is alone, and returns the statistics. A process
// has ended for its parent when its first thread has; the others, and the memory
// that they share, go a little later.
func settled() []byte {
	var last []byte
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			fatal("others still run after a minute")
		}
		stats, _ := os.ReadFile("/dev/imagecache")
		if !others() && bytes.Equal(stats, last) {
			return stats
		}
		last = stats
	}
}

// others tells whether a thread of a process that drive ran is there still.
func others() bool {
	names, _ := filepath.Glob("/proc/[0-9]*/args")
	for _, name := range names {
		args, _ := os.ReadFile(name)
		if bytes.Contains(args, []byte(" -work")) || bytes.Contains(args, []byte(" -child")) {
			return true
		}
	}
	return false
}

// round: everything at once, and every result checked.
func round(n int) {
	var wg sync.WaitGroup
	var total int64
	ring := make([]chan int, goroutines)
	for i := range ring {
		ring[i] = make(chan int)
	}
	for i := 0; i < goroutines; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i < locked {
				// Ends with the thread still locked: the thread ends too.
				runtime.LockOSThread()
			}
			if i < children {
				talk(n*goroutines + i)
			}
			garbage(i)
			// A token goes round the ring twice.
			for lap := 0; lap < 2; lap++ {
				if i == 0 {
					ring[1] <- 1
					if v := <-ring[0]; v != goroutines {
						fatal("token lost count:", v)
					}
				} else {
					v := <-ring[i]
					ring[(i+1)%goroutines] <- v + 1
				}
			}
			atomic.AddInt64(&total, int64(i))
		}()
	}
	wg.Wait()
	runtime.GC()
	if total != goroutines*(goroutines-1)/2 {
		fatal("goroutines lost:", total)
	}
}

// garbage makes structures, drops most, and looks at what it kept.
func garbage(seed int) {
	var keep [][]byte
	for i := 0; i < 200; i++ {
		b := bytes.Repeat([]byte{byte(seed + i)}, 100+i*7)
		if i%16 == 0 {
			keep = append(keep, b)
		}
	}
	for i, b := range keep {
		for _, c := range b {
			if c != byte(seed+i*16) {
				fatal("kept memory changed")
			}
		}
	}
}

// fds makes the descriptors of a child's pipes lower than the one by which
// syscall.forkExec learns that the child has come to exec. One that is not higher
// it moves by dup, which does not copy OCEXEC, dup(2): the child would keep it, and
// the parent would wait for the child to end before it writes a word to it.
var fds sync.Mutex

func start(cmd *exec.Cmd) (in, out *os.File) {
	fds.Lock()
	defer fds.Unlock()
	childin, in, err := os.Pipe()
	if err != nil {
		fatal(err)
	}
	out, childout, err := os.Pipe()
	if err != nil {
		fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = childin, childout, os.Stderr
	if err := cmd.Start(); err != nil {
		fatal(err)
	}
	childin.Close()
	childout.Close()
	return in, out
}

func closefd(f *os.File) {
	fds.Lock()
	defer fds.Unlock()
	f.Close()
}

// talk runs a child and checks what comes back through its pipes.
func talk(seed int) {
	cmd := exec.Command(os.Args[0], "-child")
	in, out := start(cmd)
	data := make([]byte, 20000)
	for i := range data {
		data[i] = byte((i*seed + i) >> 3)
	}
	go func() {
		in.Write(data)
		closefd(in)
	}()
	back, err := io.ReadAll(out)
	if err != nil {
		fatal(err)
	}
	closefd(out)
	if err := cmd.Wait(); err != nil {
		fatal("child:", err)
	}
	want := fmt.Sprintf("%s%08x", data, crc32.ChecksumIEEE(data))
	if string(back) != want {
		fatal("child said something else:", len(back), "bytes")
	}
}

func child() {
	sum := crc32.NewIEEE()
	if _, err := io.Copy(io.MultiWriter(os.Stdout, sum), os.Stdin); err != nil {
		fatal(err)
	}
	fmt.Printf("%08x", sum.Sum32())
}
