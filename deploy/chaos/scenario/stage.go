package scenario

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/fleet"
)

// Stage is what every scenario of a run stands on.
type Stage struct {
	Host     *fleet.Host
	Programs string // folder of the programs
	Dir      string // for logs and data
	Seed     uint64
	Long     bool
	Tally    *Tally
	Out      io.Writer // progress

	mu sync.Mutex
}

// Random returns a source that depends on the run's seed and the names alone,
// so that scenarios do not disturb each other's sequence.
func (s *Stage) Random(names ...string) *rand.Rand {
	h := fnv.New64a()
	for _, n := range names {
		_, _ = io.WriteString(h, n+"\x00")
	}
	return rand.New(rand.NewPCG(s.Seed, h.Sum64()))
}

// Say reports progress.
func (s *Stage) Say(format string, values ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.Out, time.Now().Format("15:04:05 ")+format+"\n", values...)
}

// key is a receipt key from the run's seed.
func (s *Stage) key(name string) string {
	r := s.Random(name, "receipt key")
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return hex.EncodeToString(b)
}

// pick returns the one value in the long form and the other in the short one.
func pick[T any](s *Stage, long, short T) T {
	if s.Long {
		return long
	}
	return short
}
