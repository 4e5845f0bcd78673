package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/report"
)

// trail is a case as far as it was followed. A journal gives a case's actions
// in order nearly always, so that only this much is kept of a case and not
// its actions.
type trail struct {
	report.Status
	id      report.ID
	known   bool // the report was met
	lost    bool // what the case is cannot be followed any more; the chain can
	chained bool // an action carries the hash of the entry before it
	head    report.Hash
	is      standing // of the head
	parked  []parked // actions that came before their turn
}

type parked struct {
	action report.Action
	hash   report.Hash
	is     standing
}

func (a *audit) trail(k ledger.Key) *trail {
	t, ok := a.trails[k.ReportKey()]
	if !ok {
		t = &trail{id: k.Report()}
		a.trails[k.ReportKey()] = t
	}
	return t
}

func (t *trail) begin(r report.Report, hash report.Hash, is standing) {
	t.known, t.head, t.is = true, hash, is
	t.Status = report.Begin(r.ReceivedAt)
}

// advance follows the case as far as its actions are there.
func (a *audit) advance(t *trail) {
	for t.known {
		i := slices.IndexFunc(t.parked, func(p parked) bool { return p.action.N == t.Last+1 })
		if i < 0 {
			return
		}
		p := t.parked[i]
		if t.parked = slices.Delete(t.parked, i, i+1); len(t.parked) == 0 {
			t.parked = nil
		}
		a.step(t, p)
	}
}

// step follows the case over its next action.
func (a *audit) step(t *trail, p parked) {
	a.link(t, p)
	t.head, t.is = p.hash, p.is
	n := p.action.N
	if !t.lost {
		next, err := t.Next(p.action)
		if err != nil {
			t.lost = true
			if p.is != suspect && !errors.Is(err, report.ErrDamaged) {
				a.find(Impossible, report.ActionEntryID(t.id, n), err.Error())
			}
		} else {
			t.Status = a.lasting(next)
		}
	}
	t.Last = n
}

// link checks that the action was written after the entry that is before it.
// Where the ledger has named one of the two, the other is not to blame.
func (a *audit) link(t *trail, p parked) {
	id, before := report.ActionEntryID(t.id, p.action.N), string(t.id)
	if p.action.N > 1 {
		before = report.ActionEntryID(t.id, p.action.N-1)
	}
	switch prev := p.action.Prev; {
	case p.is == suspect && p.hash.IsZero():
		return // unreadable
	case prev.IsZero():
		a.Unchained++
		if t.chained && !t.head.IsZero() && p.is == unknown {
			a.find(Inserted, id, "it does not carry the hash of the entry before it, and earlier actions of the case do")
		}
		return
	case t.head.IsZero(), prev == t.head, t.is == suspect, p.is == suspect:
	case t.is == confirmed && p.is == unknown:
		a.find(Inserted, id, "it was written after another "+before+" than the one that is there and in the ledger")
	default:
		a.find(Edited, before, "what follows it, "+id+", was written after another content of it")
	}
	t.chained = true
}

// lasting keeps one copy of each name that a million statuses hold.
func (a *audit) lasting(s report.Status) report.Status {
	if a.names == nil {
		a.names = map[string]string{}
	}
	for _, name := range []*string{&s.Unit, &s.Assignee} {
		kept, ok := a.names[*name]
		if !ok {
			kept = *name
			a.names[kept] = kept
		}
		*name = kept
	}
	return s
}

// closeGaps looks once more for each entry that the scan did not meet although
// a later one of its case exists: the portal may be running.
func (a *audit) closeGaps(ctx context.Context) error {
	for _, t := range a.trails {
		slices.SortFunc(t.parked, func(x, y parked) int { return cmp.Compare(x.action.N, y.action.N) })
		for len(t.parked) > 0 || !t.known {
			if err := a.closeGap(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxGap is beyond how many missing entries in a row they are named as one.
const maxGap = 50

// closeGap finds the first entry that a case lacks, or gives it up and goes on
// behind it.
func (a *audit) closeGap(ctx context.Context, t *trail) error {
	n, upTo := 0, 0 // the first that is missing, and the last in a row
	if t.known {
		n, upTo = t.Last+1, t.parked[0].action.N-1
	}
	k, _ := ledger.KeyOf(t.id, n)
	e, err := a.journal.Entry(ctx, k.String())
	switch {
	case err == nil:
		if e.Report != nil {
			a.Reports++
		} else {
			a.Actions++
		}
		a.take(e)
		return nil
	case errors.Is(err, journal.ErrDamaged): // the scan has named it
	case !isGone(err):
		return err
	case upTo-n > maxGap:
		a.gone(k, fmt.Sprintf("and all up to %s", report.ActionEntryID(t.id, upTo)))
		n = upTo
	default:
		a.gone(k, fmt.Sprintf("later entries of the case are there: %d", len(t.parked)))
	}
	t.known, t.lost, t.head, t.is = true, true, report.Hash{}, suspect
	t.Last = n
	a.advance(t)
	return nil
}
