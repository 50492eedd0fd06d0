// Cpu is work for the processor alone, the same on every system: cpu rounds
//
// Hashing, compression, sorting, floating point, and allocation with garbage
// collection. It prints "cpu rounds nanoseconds" and, on the standard error, a
// sum that must not depend on where it ran.
package main

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"time"
)

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func main() {
	rounds := 1
	if len(os.Args) == 2 {
		rounds, _ = strconv.Atoi(os.Args[1])
	}
	seed := uint32(1)
	random := func() uint32 {
		seed = seed*1664525 + 1013904223
		return seed >> 8
	}
	sum := sha256.New()
	start := time.Now()
	for r := 0; r < rounds; r++ {
		data := make([]byte, 1<<20)
		for i := range data {
			data[i] = byte(random() & 0x1f)
		}
		sum.Write(data)
		var packed bytes.Buffer
		w, _ := flate.NewWriter(&packed, 6)
		w.Write(data)
		w.Close()
		sum.Write(packed.Bytes())

		numbers := make([]int, 200000)
		for i := range numbers {
			numbers[i] = int(random())
		}
		sort.Ints(numbers)
		fmt.Fprint(sum, numbers[len(numbers)/2], grow(16).count())

		x := 0.0
		for i := 0; i < 500000; i++ {
			x += math.Sqrt(float64(i)) * math.Sin(float64(i&1023))
		}
		fmt.Fprintf(sum, "%.3f", x)
	}
	ns := time.Since(start).Nanoseconds()
	fmt.Println("cpu", rounds, ns)
	fmt.Fprintf(os.Stderr, "%x\n", sum.Sum(nil))
}
