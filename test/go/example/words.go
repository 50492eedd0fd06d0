// Package words counts the words of a text.
package words

import (
	"bufio"
	"io"
)

// Count returns how often each word of r occurs.
func Count(r io.Reader) (map[string]int, error) {
	n := map[string]int{}
	s := bufio.NewScanner(r)
	s.Split(bufio.ScanWords)
	for s.Scan() {
		n[s.Text()]++
	}
	return n, s.Err()
}
