package check

import (
	"time"

	"github.com/phananh/portal/pkg/report"
)

// toDutyDesk says that triage gave a report to the duty desk: because nobody
// can tell whose it is, or because routing it failed again and again.
func toDutyDesk(a *Stored) bool {
	return a.Evidence != nil && (a.Evidence.Rule == "duty_desk" || a.Evidence.Rule == "failed")
}

// routings counts the routed actions of a report.
func (f *filed) routings() int {
	n := 0
	for _, a := range f.actions {
		if a.Type == report.Routed {
			n++
		}
	}
	return n
}

// routing is the first routed action; nil if there is none.
func (f *filed) routing() *Stored {
	for i := range f.actions {
		if f.actions[i].Type == report.Routed {
			return &f.actions[i]
		}
	}
	return nil
}

// routed checks that every report has one unit, the right one, in time.
func (c *comparison) routed() {
	seen := c.looks()
	c.inOrder(func(f *filed) {
		if n := f.routings(); n > 1 {
			c.found(RoutedTwice, string(f.ID), "", "%d routed actions", n)
			return
		}
		r := f.routing()
		if r == nil {
			if !f.unsound { // otherwise it may be what is missing
				c.found(NotRouted, string(f.ID), "", "received at %s", stamp(f.ReceivedAt))
			}
			return
		}
		c.rightUnit(f, r)
		c.inTime(f, r, seen[f.ID])
	})
}

// rightUnit compares the unit with what the resident was told.
func (c *comparison) rightUnit(f *filed, r *Stored) {
	if f.owner == nil || f.owner.id() != f.ID {
		return
	}
	told := f.owner.accepted[0].Submit.Accepted.Unit
	if r.Unit != told && !toDutyDesk(r) {
		c.found(RoutedElsewhere, string(f.ID), "", "to %s, the resident was told %s", r.Unit, told)
	}
}

// look is when residents saw that a report had a unit, and that it had none.
type look struct {
	routed   time.Duration // earliest end of a look that showed one; 0: never
	waited   time.Duration // as routed, of somebody who waited for it
	unrouted time.Duration // latest start of a look that showed none; 0: never
}

func (c *comparison) looks() map[report.ID]look {
	out := map[report.ID]look{}
	for _, op := range c.history.Ops {
		if op.Track == nil || op.Track.Shown == nil {
			continue
		}
		id := idOf(op.Track.CaseNumber)
		l := out[id]
		if op.Track.Shown.Unit == "" {
			l.unrouted = max(l.unrouted, op.Start)
		} else {
			l.routed = earliest(l.routed, op.End)
			if !op.Track.Final {
				l.waited = earliest(l.waited, op.End)
			}
		}
		out[id] = l
	}
	return out
}

// earliest is the earlier of two times of which 0 is none.
func earliest(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

// inTime checks that a report was routed within the bound. What a resident saw
// decides; the journal's time only where the clocks can be trusted.
func (c *comparison) inTime(f *filed, r *Stored, l look) {
	if c.bounds.Route < 0 {
		return
	}
	from := max(c.lastFault, f.ReceivedAt.Sub(c.history.Began))
	if f.owner != nil && len(f.owner.accepted) > 0 {
		from = max(c.lastFault, f.owner.accepted[0].End)
	}
	due := from + c.bounds.Route
	at := r.At.Sub(c.history.Began)
	switch {
	case l.unrouted > due:
		c.found(RoutedLate, string(f.ID), "", "without a unit %s after it was to be routed", (l.unrouted - due).Round(time.Millisecond))
	case c.bounds.Skew == 0 && at > due && (l.routed == 0 || l.routed > due):
		c.found(RoutedLate, string(f.ID), "", "%s after it was to be routed", (at - due).Round(time.Millisecond))
	}
}
