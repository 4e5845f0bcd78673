// Package board is the read model of the desk: all cases of the journal in
// memory, ordered as queues show them, with the intervals that figures are
// made of.
//
// A board is told of entries in any order and any number of times: every
// entry has its number, so what is known already is ignored and what comes
// ahead of its turn is kept back until the missing ones have been fetched.
// It holds nothing that a resident or an officer wrote.
//
// See deploy/adr/0004-boards-in-memory.md.
package board

import (
	"sync"

	"github.com/phananh/portal/pkg/report"
)

// Board is the index of all cases. It is safe for concurrent use. Whoever
// changes it is never held up by those who read or subscribe, but for the few
// milliseconds that a query takes.
type Board struct {
	mu    sync.RWMutex
	names names
	cases map[report.ID]*entry
	order []*entry // by slot, the order of arrival; a case stays in its slot

	all  index            // every case
	mine map[string]index // the cases of each account that claimed one

	measures []measure // by slot
	codes    codes     // units and categories by number, for measures

	gaps map[report.ID]*waiting
	kept int // actions kept back in all gaps

	applied int // entries that the cases are made of

	subscribers map[*subscriber]struct{}
}

// entry is a case and where it is filed.
type entry struct {
	Row
	slot int
}

// New makes an empty board.
func New() *Board {
	b := &Board{subscribers: map[*subscriber]struct{}{}}
	b.clear()
	return b
}

// clear empties the board; subscribers stay.
func (b *Board) clear() {
	b.names = names{}
	b.cases = map[report.ID]*entry{}
	b.order, b.measures, b.codes = nil, nil, codes{at: map[string]uint16{}}
	b.all, b.mine = index{}, map[string]index{}
	b.gaps, b.kept, b.applied = map[report.ID]*waiting{}, 0, 0
}

// Outcome is what became of an entry.
type Outcome struct {
	Changed bool // the board knows more than before
	Gap     *Gap // entries are missing before this one can be applied

	// Doubt: what is known of the case cannot be true, or the entry is damaged
	// although the board knows more than the journal. See Reset.
	Doubt bool
	Err   error // the entry is damaged or cannot follow; the case ends before it
}

// Apply takes an entry. An entry that is known is ignored. An action that
// comes before its report or ahead of its turn is kept back, and the outcome
// names what is missing. A damaged action ends its case: what follows is
// ignored.
func (b *Board) Apply(e report.Entry) Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.Report != nil {
		return b.accept(*e.Report)
	}
	return b.act(*e.Action)
}

func (b *Board) accept(r report.Report) Outcome {
	if e, known := b.cases[r.ID]; known {
		return Outcome{Doubt: r.Damaged && !e.Damage.Report}
	}
	e := b.insert(b.names.row(rowOf(r)))
	out := b.catchUp(e)
	b.publish(e.Row, "", true)
	return out
}

func (b *Board) act(a report.Action) Outcome {
	e, known := b.cases[a.Report]
	switch {
	case known && a.N <= e.Last:
		return Outcome{Doubt: a.Damaged}
	case known && e.Damage.Action > 0: // nothing can follow
		return Outcome{}
	case !known, a.N > e.Last+1:
		return b.keepBack(a)
	}
	from := e.Unit
	err := b.step(e, a)
	out := b.catchUp(e)
	if err != nil {
		out.Doubt, out.Err = !a.Damaged, err
	}
	b.publish(e.Row, from, false)
	return out
}

// step applies the next action of a case and files the case anew. One that is
// damaged or cannot follow, which the error says, ends the case.
func (b *Board) step(e *entry, a report.Action) error {
	b.unfile(e)
	defer b.file(e)
	next, err := e.Replay(a)
	if err != nil {
		e.Damage.Action = a.N
		return err
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = a.At
	}
	e.Status = b.names.status(next)
	b.applied++
	return nil
}

// insert adds a case in the next slot.
func (b *Board) insert(r Row) *entry {
	e := &entry{Row: r, slot: len(b.order)}
	b.cases[r.ID] = e
	b.order = append(b.order, e)
	b.measures = append(b.measures, measure{})
	b.applied += 1 + e.Last
	b.file(e)
	return e
}

func (b *Board) file(e *entry) {
	b.all.put(e)
	if e.Assignee != "" {
		own, ok := b.mine[e.Assignee]
		if !ok {
			own = index{}
			b.mine[e.Assignee] = own
		}
		own.put(e)
	}
	b.measures[e.slot] = b.codes.measure(e.Row)
}

func (b *Board) unfile(e *entry) {
	b.all.take(e)
	if e.Assignee != "" {
		b.mine[e.Assignee].take(e)
	}
}

// Row returns the case with an ID.
func (b *Board) Row(id report.ID) (Row, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e, ok := b.cases[id]
	if !ok {
		return Row{}, false
	}
	return e.Row, true
}

// Len returns the number of cases.
func (b *Board) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.order)
}

// Entries returns the number of entries that the cases are made of.
func (b *Board) Entries() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.applied
}
