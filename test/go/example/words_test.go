package words

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestFile(t *testing.T) {
	f, err := os.Open("testdata/hamlet")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := Count(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(n) != 4 || n["to"] != 2 || n["be"] != 2 {
		t.Errorf("wrong count: %v", n)
	}
}

func TestSystem(t *testing.T) {
	t.Log("runs on", runtime.GOOS)
	if runtime.GOOS != "plan9" {
		return
	}
	if _, err := os.ReadFile("/dev/user"); err != nil {
		t.Error(err)
	}
}

func TestParallel(t *testing.T) {
	for i := 1; i <= 8; i++ {
		i := i
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			n, err := Count(strings.NewReader(strings.Repeat("word ", i)))
			if err != nil || n["word"] != i {
				t.Errorf("%v, %v", n, err)
			}
		})
	}
}

func FuzzCount(f *testing.F) {
	f.Add("to be or not")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Count(strings.NewReader(s))
		if err == nil && len(n) > len(strings.Fields(s)) {
			t.Errorf("%q has %v", s, n)
		}
	})
}

func BenchmarkCount(b *testing.B) {
	text := strings.Repeat("to be or not to be ", 1000)
	b.SetBytes(int64(len(text)))
	for i := 0; i < b.N; i++ {
		Count(strings.NewReader(text))
	}
}

func ExampleCount() {
	n, _ := Count(strings.NewReader("a rose is a rose"))
	fmt.Println(n)
	// Output: map[a:2 is:1 rose:2]
}
