package report

import (
	"errors"
	"time"
)

// ErrDamaged says that an entry of the case cannot be read, so that nothing
// may follow it: what it did is not known.
var ErrDamaged = errors.New("report: an entry of the case cannot be read")

// Damage says which entries of a case cannot be read. The zero value: none.
type Damage struct {
	Report bool // the report; what is shown of it was salvaged
	Action int  // the first action that cannot be read or cannot follow; 0: none
}

// Any says that something cannot be read.
func (d Damage) Any() bool { return d != Damage{} }

// Entries lists the IDs of the entries that cannot be read.
func (d Damage) Entries(id ID) []string {
	out := []string{}
	if d.Report {
		out = append(out, string(id))
	}
	if d.Action > 0 {
		out = append(out, ActionEntryID(id, d.Action))
	}
	return out
}

// Restore makes the case of entries that are in the journal, as far as they
// can be followed: up to the first action that is damaged or cannot come next.
// Unlike Fold it does not ask whether each was allowed in all respects, since
// it was when it was stored: it sees what a board sees, and never fails.
func Restore(r Report, actions []Action) Case {
	c := Case{Report: r, Damage: Damage{Report: r.Damaged}}
	if len(actions) > 0 {
		c.Report.ReceivedAt = r.Since(actions[0])
	}
	c.Status = Begin(c.Report.ReceivedAt)
	for _, a := range actions {
		next, err := c.Replay(a)
		if err != nil {
			c.Damage.Action = c.Last + 1
			break
		}
		c.Status, c.Actions = next, append(c.Actions, a)
	}
	return c
}

// Since is when the report was received or, where that was not to be
// salvaged, when the first action happened.
func (r Report) Since(first Action) time.Time {
	if r.ReceivedAt.IsZero() {
		return first.At
	}
	return r.ReceivedAt
}
