package board

import "github.com/phananh/portal/pkg/report"

// Reset has the board hold a case as the journal has it, whatever it held
// before: the way out of doubt. A case that has moved on since it was read is
// not put back, unless it can be read no further.
func (b *Board) Reset(c report.Case) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fresh := RowOf(c)
	e, known := b.cases[fresh.ID]
	if !known {
		e = b.insert(b.names.row(fresh))
		b.catchUp(e)
		b.publish(e.Row, "", true)
		return
	}
	if fresh.Damage.Action == 0 && e.Last > fresh.Last && e.Damage.Action == 0 {
		fresh.Status = e.Status
	}
	from := e.Unit
	b.applied += fresh.Last - e.Last
	b.unfile(e)
	e.Row = b.names.row(fresh)
	b.file(e)
	b.catchUp(e)
	b.publish(e.Row, from, false)
}

// Damaged lists the cases with an entry that cannot be read, in the order in
// which they came.
func (b *Board) Damaged() []report.ID {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var out []report.ID
	for _, e := range b.order {
		if e.Damage.Any() {
			out = append(out, e.ID)
		}
	}
	return out
}

// Known returns the number of the last action of each report that the board
// has heard of, its gaps included; 0 for none.
func (b *Board) Known() map[report.ID]int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make(map[report.ID]int, len(b.order))
	for _, e := range b.order {
		out[e.ID] = e.Last
	}
	for id, w := range b.gaps {
		out[id] = max(out[id], w.to)
	}
	return out
}

// Adopt puts what another board knows in the place of what this one knows;
// subscribers stay and are told to look again. The other board must not be
// used afterwards.
func (b *Board) Adopt(other *Board) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.names, b.cases, b.order = other.names, other.cases, other.order
	b.all, b.mine, b.measures, b.codes = other.all, other.mine, other.measures, other.codes
	b.gaps, b.kept, b.applied = other.gaps, other.kept, other.applied
	b.resync()
}
