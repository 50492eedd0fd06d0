// Tlsend is one end of a TLS connection, as a Plan 9 program: the record layer is tls(3)'s, on
// standard input, which is a socket.
//
//	tlsend record vers hash enc isclient secret
//	tlsend client suite
//	tlsend server suite
//	tlsend again ...	record, and then another conversation, over a pipe
//
// record uses secrets that both ends know. client and server shake hands by TLS 1.2, as
// libsec's tlsClient and tlsServer do. Each then sends back all data that comes, and prints how
// that ended.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

func fatal(what string, err error) {
	fmt.Fprintln(os.Stderr, what+":", err)
	os.Exit(1)
}

// A Conv is a conversation of #a.
type Conv struct {
	dir  string
	ctl  *os.File
	hand *os.File
	data *os.File
}

func (c *Conv) open(name string) *os.File {
	f, err := os.OpenFile(c.dir+"/"+name, os.O_RDWR, 0)
	if err != nil {
		fatal("open", err)
	}
	return f
}

func (c *Conv) tell(format string, args ...interface{}) {
	msg := fmt.Sprintf(format, args...)
	if _, err := c.ctl.WriteString(msg); err != nil {
		fatal(strings.Fields(msg)[0], err)
	}
}

// newConv makes a conversation on fd.
func newConv(fd int, vers string) *Conv {
	var num [16]byte
	ctl, err := os.OpenFile("/net/tls/clone", os.O_RDWR, 0)
	if err != nil {
		fatal("clone", err)
	}
	n, err := ctl.Read(num[:])
	if err != nil {
		fatal("ctl", err)
	}
	c := &Conv{dir: "/net/tls/" + string(num[:n]), ctl: ctl}
	c.hand = c.open("hand")
	c.data = c.open("data")
	c.tell("fd %d %s", fd, vers)
	return c
}

func (c *Conv) state() string {
	text, err := os.ReadFile(c.dir + "/status")
	if err != nil {
		fatal("status", err)
	}
	return strings.SplitN(string(text), "\n", 2)[0]
}

// echo sends data back until there is an error.
func (c *Conv) echo() {
	buf := make([]byte, 64*1024)
	for {
		n, err := c.data.Read(buf)
		if err != nil {
			if e, ok := err.(*os.PathError); ok {
				err = e.Err
			}
			fmt.Fprintf(os.Stderr, "%v; %s\n", err, c.state())
			return
		}
		if _, err = c.data.Write(buf[:n]); err != nil {
			fatal("write", err)
		}
	}
}

// finish sends what stands for a finished message, which follows a change of ciphers.
func (c *Conv) finish() {
	if _, err := c.hand.WriteString("finished"); err != nil {
		fatal("hand", err)
	}
}

// finished reads the peer's.
func (c *Conv) finished() string {
	var buf [8]byte
	if _, err := io.ReadFull(c.hand, buf[:]); err != nil {
		fatal("hand", err)
	}
	return string(buf[:])
}

func record(vers, hash, enc, isclient, secret string) {
	c := newConv(0, vers)
	c.tell("version %s", vers)
	c.tell("secret %s %s %s %s", hash, enc, isclient, secret)
	c.tell("changecipher")
	c.finish()
	if got := c.finished(); got != "finished" {
		fatal("hand", fmt.Errorf("%q", got))
	}
	c.tell("opened")
	c.echo()
}

// again has two ends of a pipe shake hands.
func again() {
	var p [2]int
	if err := syscall.Pipe(p[:]); err != nil {
		fatal("pipe", err)
	}
	var end [2]*Conv
	for i := range end {
		end[i] = newConv(p[i], "0x303")
		end[i].tell("version 0x303")
		end[i].tell("secret sha1 clear %d %s", i, strings.Repeat("A", 80))
		end[i].tell("changecipher")
	}
	end[0].finish()
	fmt.Fprintf(os.Stderr, "again: %s\n", end[1].finished())
}

func main() {
	switch a := os.Args[1:]; a[0] {
	case "record":
		record(a[1], a[2], a[3], a[4], a[5])
	case "again":
		record(a[1], a[2], a[3], a[4], a[5])
		again()
	case "client":
		client(a[1])
	case "server":
		server(a[1])
	}
}
