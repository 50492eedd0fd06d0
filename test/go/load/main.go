// Load is an HTTP server, or a client of one, for test/go/load.sh:
//
//	load serve [cert key]
//	load get url connections seconds [cert]
//
// The server prints its port of 127.0.0.1. With a certificate it speaks TLS, and HTTP/2 to those
// who ask for it. The client asks over and over, by as many goroutines as there are to be
// connections, and prints the requests answered, the nanoseconds that took, and the protocol.
// cert is the certificate that the client trusts.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "hello, world\n")
}

func serve(files []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println(ln.Addr().(*net.TCPAddr).Port)
	s := &http.Server{Handler: http.HandlerFunc(answer)}
	if len(files) == 2 {
		must(s.ServeTLS(ln, files[0], files[1]))
	}
	must(s.Serve(ln))
}

// newclient returns a client that keeps n connections, and trusts the certificate in file.
func newclient(n int, file string) *http.Client {
	t := &http.Transport{MaxIdleConnsPerHost: n, ForceAttemptHTTP2: os.Getenv("HTTP2") != ""}
	if file != "" {
		pem, err := os.ReadFile(file)
		must(err)
		t.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
			must(fmt.Errorf("%s has no certificate", file))
		}
	}
	return &http.Client{Transport: t}
}

// one asks once, and returns the protocol of the answer.
func one(c *http.Client, url string) string {
	r, err := c.Get(url)
	must(err)
	text, err := io.ReadAll(r.Body)
	must(err)
	r.Body.Close()
	if r.StatusCode != http.StatusOK || string(text) != "hello, world\n" {
		must(fmt.Errorf("status %d, body %q", r.StatusCode, text))
	}
	return r.Proto
}

func get(c *http.Client, url string, n int, d time.Duration) {
	proto := one(c, url)
	count := make([]int, n)
	start := time.Now()
	var all sync.WaitGroup
	for i := range count {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			for time.Since(start) < d {
				one(c, url)
				count[i]++
			}
		}(i)
	}
	all.Wait()
	sum := 0
	for _, k := range count {
		sum += k
	}
	fmt.Println(sum, time.Since(start).Nanoseconds(), proto)
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) == 1 && a[0] == "serve" || len(a) == 3 && a[0] == "serve":
		serve(a[1:])
	case (len(a) == 4 || len(a) == 5) && a[0] == "get":
		n, err := strconv.Atoi(a[2])
		must(err)
		s, err := strconv.Atoi(a[3])
		must(err)
		get(newclient(n, append(a, "")[4]), a[1], n, time.Duration(s)*time.Second)
	default:
		fmt.Fprintln(os.Stderr, "usage: load serve [cert key] | load get url connections seconds [cert]")
		os.Exit(2)
	}
}
