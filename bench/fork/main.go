// Fork is a Go program that runs another over and over, as build tools and test
// drivers do: fork [-b] program rounds
//
// It keeps 4 MB of heap in use, and with -b a goroutine that writes to it all the
// while. It prints "gofork rounds nanoseconds".
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"
)

func main() {
	args := os.Args[1:]
	busy := len(args) > 0 && args[0] == "-b"
	if busy {
		args = args[1:]
	}
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fork [-b] program rounds")
		os.Exit(2)
	}
	rounds, err := strconv.Atoi(args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	heap := make([][]byte, 1024)
	for i := range heap {
		heap[i] = make([]byte, 4096)
		heap[i][0] = 1
	}
	if busy {
		go func() {
			for i := 0; ; i++ {
				heap[i%len(heap)][i%4096]++
				if i%1000 == 0 {
					runtime.Gosched() // nothing else lets the collector in
				}
			}
		}()
	}
	start := time.Now()
	for i := 0; i < rounds; i++ {
		if err := exec.Command(args[0]).Run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Println("gofork", rounds, time.Since(start).Nanoseconds())
	runtime.KeepAlive(heap)
}
