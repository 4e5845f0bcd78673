package board

import (
	"cmp"
	"slices"

	"github.com/phananh/portal/pkg/report"
)

// maxKept bounds the actions that are kept back. Beyond it they are dropped:
// the gap stays known, and all of it is read from the journal.
const maxKept = 20_000

// Gap says which entries of a report the board lacks although they exist: the
// actions From to To, and the report itself where From is 0.
type Gap struct {
	Report   report.ID
	From, To int
}

// waiting is what is known about a gap.
type waiting struct {
	to   int // the highest number known to exist
	kept map[int]report.Action
}

func (b *Board) keepBack(a report.Action) Outcome {
	w, ok := b.gaps[a.Report]
	if !ok {
		w = &waiting{kept: map[int]report.Action{}}
		b.gaps[a.Report] = w
	}
	w.to = max(w.to, a.N)
	switch old, known := w.kept[a.N]; {
	case known && a.Damaged && !old.Damaged: // it was announced whole, and the journal knows better
		w.kept[a.N] = b.facts(a)
	case !known && b.kept < maxKept:
		w.kept[a.N] = b.facts(a)
		b.kept++
	}
	g := b.gap(a.Report, w)
	return Outcome{Gap: &g}
}

// facts is all of an action that a case's status depends on.
func (b *Board) facts(a report.Action) report.Action {
	return report.Action{
		Report: a.Report, N: a.N, Damaged: a.Damaged, Type: a.Type, At: a.At,
		Actor: report.Actor{Kind: a.Actor.Kind, User: b.names.one(a.Actor.User)},
		Unit:  b.names.one(a.Unit), Outcome: a.Outcome,
	}
}

// catchUp applies what was kept back for a case and whose turn has come.
func (b *Board) catchUp(e *entry) Outcome {
	out := Outcome{Changed: true}
	w, ok := b.gaps[e.ID]
	if !ok {
		return out
	}
	for e.Damage.Action == 0 {
		a, ok := w.kept[e.Last+1]
		if !ok {
			break
		}
		if out.Err = b.step(e, a); out.Err != nil {
			out.Doubt = !a.Damaged
		}
	}
	if e.Damage.Action > 0 {
		b.forgetGap(e.ID)
		return out
	}
	for n := range w.kept {
		if n <= e.Last {
			delete(w.kept, n)
			b.kept--
		}
	}
	if w.to <= e.Last {
		delete(b.gaps, e.ID)
		return out
	}
	g := b.gap(e.ID, w)
	out.Gap = &g
	return out
}

// forgetGap drops what was kept back for a case.
func (b *Board) forgetGap(id report.ID) {
	if w, ok := b.gaps[id]; ok {
		b.kept -= len(w.kept)
		delete(b.gaps, id)
	}
}

func (b *Board) gap(id report.ID, w *waiting) Gap {
	g := Gap{Report: id, To: w.to}
	if e, known := b.cases[id]; known {
		g.From = e.Last + 1
	}
	return g
}

// Gaps lists what the board lacks, in the order of the reports' IDs.
func (b *Board) Gaps() []Gap {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.listGaps()
}

func (b *Board) listGaps() []Gap {
	out := make([]Gap, 0, len(b.gaps))
	for id, w := range b.gaps {
		out = append(out, b.gap(id, w))
	}
	slices.SortFunc(out, func(x, y Gap) int { return cmp.Compare(x.Report, y.Report) })
	return out
}
