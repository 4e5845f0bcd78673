package scenario

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/pkg/failpoint"
)

// Arming decides at which failpoint each next life of a service ends. Points
// that have killed least are chosen most, so that all have their turn. It is
// safe for concurrent use.
type Arming struct {
	mu      sync.Mutex
	rand    *rand.Rand
	tally   *Tally
	mostHit int // a rule acts at the first to this many-th hit
	off     bool
	armed   map[string]failpoint.Name // by process
}

// NewArming makes one that arms rules for the first to mostHit-th hit.
func NewArming(random *rand.Rand, tally *Tally, mostHit int) *Arming {
	return &Arming{rand: random, tally: tally, mostHit: mostHit, armed: map[string]failpoint.Name{}}
}

// Rule is a process's failpoints for its next life.
func (a *Arming) Rule(name string, role fleet.Role) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.armed, name)
	if a.off {
		return ""
	}
	points := role.Points()
	weights := make([]float64, len(points))
	sum := 0.0
	for i, p := range points {
		weights[i] = 1 / float64(1+4*a.tally.count(p)+4*a.others(p))
		sum += weights[i]
	}
	at := a.rand.Float64() * sum
	chosen := points[len(points)-1]
	for i, w := range weights {
		if at -= w; at < 0 {
			chosen = points[i]
			break
		}
	}
	a.armed[name] = chosen
	rules := []string{a.rule(chosen)}
	if role == fleet.Desk && chosen != failpoint.BoardSaving {
		// A board is saved at the end of an orderly stop at the latest, so
		// this rule never keeps another from acting.
		rules = append(rules, a.rule(failpoint.BoardSaving))
	}
	return strings.Join(rules, ";")
}

// others counts the processes that are armed with a point.
func (a *Arming) others(p failpoint.Name) (n int) {
	for _, armed := range a.armed {
		if armed == p {
			n++
		}
	}
	return n
}

func (a *Arming) rule(p failpoint.Name) string {
	at := 1
	if !rare(p) {
		at = 1 + a.rand.IntN(a.mostHit)
	}
	return fmt.Sprintf("%s=kill@%d", p, at)
}

// rare says whether a point is passed so seldom that the first time must do.
func rare(p failpoint.Name) bool {
	switch p {
	case failpoint.SweepMet, failpoint.SweepTold, failpoint.BoardSaving, failpoint.BusHalfPublished:
		return true
	}
	return false
}

// Stop arms nothing any more. What is armed stays so until its process ends.
func (a *Arming) Stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.off = true
}
