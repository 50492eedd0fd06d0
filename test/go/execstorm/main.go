// Execstorm makes programs and runs them, very many times.
//
//	execstorm dir times different
//
// It writes a program to dir and executes it that many times; then it writes
// that many different programs and executes each once, twice round, so that the
// second round finds what reclaim has left. Each program's text is full of a tag
// of its own, which the program looks for on every one of its pages: a page that
// belongs to another program ends it with "mixed". Before, between and after it
// prints the image cache's statistics, each name with "start.", "one." or "many."
// before it.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

const (
	utzero   = 0x200000
	header   = 40
	pagesize = 4096
	pages    = 16 // of text
)

// program is an amd64 a.out(6) whose text holds tag at the start of every page
// but the first.
func program(tag uint64) []byte {
	var code bytes.Buffer
	op := func(b ...byte) { code.Write(b) }
	imm := func(v uint64) { binary.Write(&code, binary.LittleEndian, v) }
	op(0x48, 0xb8)
	imm(tag) // mov tag, ax
	op(0x48, 0xbf)
	imm(utzero + pagesize) // mov first, di
	op(0x48, 0xbe)
	imm(utzero + pages*pagesize) // mov end, si
	loop := code.Len()
	op(0x48, 0x39, 0x07) // cmp ax, (di)
	op(0x75, 0)          // jne bad
	jne := code.Len()
	op(0x48, 0x81, 0xc7, 0x00, 0x10, 0x00, 0x00) // add $4096, di
	op(0x48, 0x39, 0xf7)                         // cmp si, di
	op(0x72, byte(loop-code.Len()-2))            // jb loop
	op(0x48, 0x83, 0xec, 0x10)                   // sub $16, sp
	op(0x48, 0xc7, 0x44, 0x24, 8, 0, 0, 0, 0)    // mov $0, 8(sp)
	exits := []byte{0x48, 0xc7, 0xc5, 8, 0, 0, 0, 0x0f, 0x05}
	op(exits...)
	bad := code.Len()
	op(0x48, 0x83, 0xec, 0x10)                        // sub $16, sp
	op(0x48, 0x8d, 0x05, byte(5+len(exits)), 0, 0, 0) // lea text, ax
	op(0x48, 0x89, 0x44, 0x24, 8)                     // mov ax, 8(sp)
	op(exits...)
	op([]byte("mixed\x00")...)

	text := make([]byte, pages*pagesize)
	copy(text[header:], code.Bytes())
	text[header+jne-1] = byte(bad - jne)
	for p := 1; p < pages; p++ {
		binary.LittleEndian.PutUint64(text[p*pagesize:], tag)
	}
	be := binary.BigEndian
	be.PutUint32(text[0:], 0x8a97)
	be.PutUint32(text[4:], pages*pagesize-header)
	be.PutUint32(text[20:], utzero+header)
	be.PutUint64(text[32:], utzero+header)
	return text
}

func fatal(v ...interface{}) {
	fmt.Fprintln(os.Stderr, append([]interface{}{"execstorm:"}, v...)...)
	os.Exit(1)
}

func write(name string, tag uint64) {
	if err := os.WriteFile(name, program(tag), 0755); err != nil {
		fatal(err)
	}
}

func run(name string) {
	if out, err := exec.Command(name).CombinedOutput(); err != nil {
		fatal(name, err, string(out))
	}
}

func stats(when string) {
	data, err := os.ReadFile("/dev/imagecache")
	if err != nil {
		fatal(err)
	}
	for _, l := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		fmt.Printf("%s.%s\n", when, l)
	}
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "-write" {
		write(os.Args[2], 0x0102030405060708) // to look at
		return
	}
	if len(os.Args) != 4 {
		fatal("usage: execstorm dir times different")
	}
	times, err1 := strconv.Atoi(os.Args[2])
	different, err2 := strconv.Atoi(os.Args[3])
	if err1 != nil || err2 != nil {
		fatal("not a number")
	}
	one := filepath.Join(os.Args[1], "one")
	write(one, 1)
	stats("start")
	for i := 0; i < times; i++ {
		run(one)
	}
	stats("one")
	name := func(i int) string {
		return filepath.Join(os.Args[1], fmt.Sprint("many", i))
	}
	for i := 0; i < different; i++ {
		write(name(i), uint64(i)<<32|0xfeed)
	}
	for round := 0; round < 2; round++ {
		for i := 0; i < different; i++ {
			run(name(i))
		}
	}
	stats("many")
	fmt.Printf("%d execs\n", times+2*different)
}
