// Lockpong is a Go program whose two goroutines are threads of their own and hand a
// word to each other: lockpong rounds
//
// A round is there and back. It prints "lockpong rounds nanoseconds".
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lockpong rounds")
		os.Exit(2)
	}
	rounds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	there, back := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for i := range there {
			back <- i
		}
	}()
	runtime.LockOSThread()
	start := time.Now()
	for i := 0; i < rounds; i++ {
		there <- i
		if got := <-back; got != i {
			fmt.Fprintln(os.Stderr, "sent", i, "and got", got)
			os.Exit(1)
		}
	}
	fmt.Println("lockpong", rounds, time.Since(start).Nanoseconds())
}
