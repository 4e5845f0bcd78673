package check

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws fewer worlds than usual for each of the hundred damages,
// unless more are asked for with -rapid.checks.
func TestMain(m *testing.M) {
	asked := false
	flag.Parse()
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "20"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
