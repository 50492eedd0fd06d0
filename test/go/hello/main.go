// Hello says where it runs.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	fmt.Printf("hello, world, from %s/%s, process %d\n", runtime.GOOS,
		runtime.GOARCH, os.Getpid())
}
