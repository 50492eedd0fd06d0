// Lookups asks package net for what test/nine/zone.py has, and prints what it got, a line for each.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sort"
	"strings"
	"sync"
	"time"
)

// says prints one result.
func says(what string, v interface{}, err error) {
	if err != nil {
		var d *net.DNSError
		fmt.Println(what, "error", errors.As(err, &d))
		return
	}
	fmt.Println(what, v)
}

func sorted(s []string, err error) ([]string, error) {
	sort.Strings(s)
	return s, err
}

func records() {
	hosts, err := sorted(net.LookupHost("a.test"))
	says("host", hosts, err)
	names, err := net.LookupAddr("192.0.2.4")
	says("addr", names, err)
	cname, err := net.LookupCNAME("www.test")
	says("cname", cname, err)
	cname, err = net.LookupCNAME("a.test")
	says("own name", cname, err)
	mx, err := net.LookupMX("a.test")
	for _, m := range mx {
		says("mx", fmt.Sprint(m.Pref, " ", m.Host), err)
	}
	ns, err := net.LookupNS("a.test")
	for _, n := range ns {
		says("ns", n.Host, err)
	}
	txt, err := net.LookupTXT("four.test")
	says("txt", strings.Join(txt, "|"), err)
	_, srv, err := net.LookupSRV("http", "tcp", "test")
	for _, s := range srv {
		says("srv", fmt.Sprint(s.Target, " ", s.Port), err)
	}
	port, err := net.LookupPort("tcp", "http")
	says("port", port, err)
	_, err = net.LookupHost("nope.test")
	says("nope", nil, err)
	_, err = net.LookupPort("tcp", "nosuchservice")
	says("noport", nil, err)
	ip, err := net.ResolveIPAddr("ip4", "four.test")
	says("ip", ip, err)
	tcp, err := net.ResolveTCPAddr("tcp", "four.test:domain")
	says("tcp", tcp, err)
}

// many asks for n names at once.
func many(n int) {
	var wg sync.WaitGroup
	bad := make(chan string, n)
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			a, err := net.LookupHost(fmt.Sprintf("host-%d.test", i))
			want := fmt.Sprintf("10.0.%d.%d", i>>8, i&255)
			if err != nil || len(a) != 1 || a[0] != want {
				bad <- fmt.Sprint(i, a, err)
			}
		}(i)
	}
	wg.Wait()
	fmt.Println("many", len(bad))
	for len(bad) > 0 {
		fmt.Println(<-bad)
	}
}

func cancelled() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := net.DefaultResolver.LookupHost(ctx, "never.test")
	says("never", nil, err)
}

// dials talks to itself.
func dials() {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		fmt.Println("listen", err)
		return
	}
	go func() {
		c, err := l.Accept()
		if err == nil {
			c.Write([]byte("called"))
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	c, err := net.Dial("tcp", net.JoinHostPort("localhost", port))
	if err != nil {
		fmt.Println("dial", err)
		return
	}
	b := make([]byte, 10)
	n, err := c.Read(b)
	says("dial", string(b[:n]), err)
}

func main() {
	dials()
	records()
	many(200)
	cancelled()
}
