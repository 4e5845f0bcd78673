package scenario

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/table"
	"github.com/phananh/portal/pkg/failpoint"
)

// Tally counts, over a whole run, what happened at each failpoint. It is safe
// for concurrent use.
type Tally struct {
	mu     sync.Mutex
	killed map[failpoint.Name]int
	paused map[failpoint.Name]int
}

// NewTally makes an empty one.
func NewTally() *Tally {
	return &Tally{killed: map[failpoint.Name]int{}, paused: map[failpoint.Name]int{}}
}

// Exited counts a kill at a failpoint.
func (t *Tally) Exited(e fleet.Exit) {
	if e.Cause != fleet.ByFailpoint {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.killed[e.Point]++
}

// Hit counts a pause at a failpoint; a kill counts only when the process has
// died of it.
func (t *Tally) Hit(h fleet.Hit) {
	if !strings.HasPrefix(h.Action, "pause") {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.paused[h.Point]++
}

// Points lists all failpoints with their counts.
func (t *Tally) Points() []table.Point {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []table.Point
	for _, name := range failpoint.All() {
		out = append(out, table.Point{Name: name, Killed: t.killed[name], Paused: t.paused[name]})
	}
	return out
}

// Missing lists the failpoints at which nothing has died yet.
func (t *Tally) Missing() []failpoint.Name {
	return slices.DeleteFunc(failpoint.All(), func(n failpoint.Name) bool { return t.count(n) > 0 })
}

func (t *Tally) count(n failpoint.Name) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.killed[n]
}

// exits counts the kills of a fleet, and lists what ended unasked.
func exits(all []fleet.Exit) (kills int, bySelf []string) {
	for _, e := range all {
		switch {
		case e.Killed():
			kills++
		case e.Cause == fleet.ByItself:
			bySelf = append(bySelf, fmt.Sprintf("%s\n%s", e, e.Tail))
		}
	}
	return kills, bySelf
}
