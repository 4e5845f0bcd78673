//go:build failpoints

package failpoint

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// Enabled says whether this build has failpoints.
const Enabled = true

var armed = sync.OnceValue(func() *plan {
	p, err := parse(os.Getenv(Variable))
	if err != nil {
		panic(err) // a test that arms nothing would prove nothing
	}
	return p
})

// Hit does what the rules say of this hit of name.
func Hit(name Name) {
	action, ok := armed().hit(name)
	if !ok {
		return
	}
	fmt.Fprintf(os.Stderr, "failpoint %s %s\n", name, action)
	if action.pause > 0 {
		time.Sleep(action.pause)
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // until the signal is delivered
}

var skew = sync.OnceValue(func() time.Duration {
	text := os.Getenv(SkewVariable)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
})

// Now is the time by this process's clock, which a test may have set wrong.
func Now() time.Time { return time.Now().Add(skew()) }
