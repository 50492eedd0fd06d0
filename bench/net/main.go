// Netbench measures TCP over the loopback interface: netbench scale
//
// It prints "name count nanoseconds" for 64 KiB written and read, a byte there and back, and a
// connection made, used and closed.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pair returns both ends of a connection.
func pair(ln net.Listener) (net.Conn, net.Conn) {
	taken := make(chan net.Conn)
	go func() {
		c, err := ln.Accept()
		must(err)
		taken <- c
	}()
	c, err := net.Dial("tcp", ln.Addr().String())
	must(err)
	return c, <-taken
}

func bulk(ln net.Listener, n int) {
	const block = 64 << 10
	c, s := pair(ln)
	done := make(chan int64)
	go func() {
		got, err := io.CopyBuffer(struct{ io.Writer }{io.Discard},
			struct{ io.Reader }{s}, make([]byte, block))
		must(err)
		done <- got
	}()
	b := make([]byte, block)
	for i := 0; i < n; i++ {
		_, err := c.Write(b)
		must(err)
	}
	c.Close()
	if got := <-done; got != int64(n)*block {
		must(fmt.Errorf("%d bytes of %d came", got, n*block))
	}
	s.Close()
}

func pong(ln net.Listener, n int) {
	c, s := pair(ln)
	go func() {
		b := make([]byte, 1)
		for {
			if _, err := s.Read(b); err != nil {
				return
			}
			s.Write(b)
		}
	}()
	b := make([]byte, 1)
	for i := 0; i < n; i++ {
		_, err := c.Write(b)
		must(err)
		_, err = io.ReadFull(c, b)
		must(err)
	}
	c.Close()
	s.Close()
}

func calls(ln net.Listener, n int) {
	b := make([]byte, 1)
	for i := 0; i < n; i++ {
		c, s := pair(ln)
		_, err := c.Write(b)
		must(err)
		_, err = io.ReadFull(s, b)
		must(err)
		c.Close()
		s.Close()
	}
}

func measure(name string, n int, f func(net.Listener, int), ln net.Listener) {
	start := time.Now()
	f(ln, n)
	fmt.Println(name, n, time.Since(start).Nanoseconds())
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: netbench scale")
		os.Exit(2)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	scale, err := strconv.Atoi(os.Args[1])
	must(err)
	measure("netbulk", 20000/scale, bulk, ln)
	measure("netpong", 20000/scale, pong, ln)
	measure("netcall", 4000/scale, calls, ln)
}
