// Count prints how often each word of its standard input occurs.
package main

import (
	"fmt"
	"os"
	"sort"

	"example.org/words"
)

func main() {
	n, err := words.Count(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
	var all []string
	for w := range n {
		all = append(all, w)
	}
	sort.Strings(all)
	for _, w := range all {
		fmt.Printf("%d\t%s\n", n[w], w)
	}
}
