package board

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

// archive plays the journal: it knows every entry, and which are damaged.
type archive struct {
	ids     []report.ID
	entries map[report.ID][]report.Entry // whole, by number
	damaged map[string]bool              // by entry ID
}

// drawArchive draws some cases, and damage to some of their entries.
func drawArchive(rt *rapid.T, harm bool) archive {
	a := archive{entries: map[report.ID][]report.Entry{}, damaged: map[string]bool{}}
	for n := range rapid.IntRange(1, 5).Draw(rt, "reports") {
		id := idOf(n)
		a.ids = append(a.ids, id)
		a.entries[id] = life(rt, n)
		if harm && rapid.Bool().Draw(rt, "harm") {
			a.damaged[a.entries[id][rapid.IntRange(0, len(a.entries[id])-1).Draw(rt, "damaged")].ID()] = true
		}
	}
	return a
}

// announced is every entry as the stream has it: whole, whatever became of it
// in the journal.
func (a archive) announced() []report.Entry {
	var out []report.Entry
	for _, id := range a.ids {
		out = append(out, a.entries[id]...)
	}
	return out
}

// stored is every entry as a scan of the journal finds it.
func (a archive) stored() []report.Entry {
	out := a.announced()
	for i, e := range out {
		if !a.damaged[e.ID()] {
			continue
		}
		if e.Report != nil {
			out[i] = report.Entry{Report: &report.Report{ID: e.Report.ID, Damaged: true}}
		} else {
			out[i] = report.Entry{Action: &report.Action{Report: e.Action.Report, N: e.Action.N, Damaged: true}}
		}
	}
	return out
}

// history is what can be read of a case from a number on.
func (a archive) history(id report.ID, from int) []report.Entry {
	var out []report.Entry
	for _, e := range a.stored() {
		if e.ReportID() == id && (e.Report != nil && from == 0 || e.Action != nil && e.Action.N >= from) {
			if out = append(out, e); e.Action != nil && e.Action.Damaged {
				break
			}
		}
	}
	return out
}

// tell does with an entry what a follower does. Fetch: at once, or later.
func (a archive) tell(b *Board, e report.Entry, fetch bool) {
	out := b.Apply(e)
	if out.Doubt {
		a.reset(b, e.ReportID())
	}
	if out.Gap != nil && fetch {
		a.fetch(b, *out.Gap)
	}
}

func (a archive) fetch(b *Board, g Gap) {
	for _, e := range a.history(g.Report, g.From) {
		a.tell(b, e, false)
	}
}

func (a archive) fill(b *Board) {
	for _, g := range b.Gaps() {
		a.fetch(b, g)
	}
}

func (a archive) reset(b *Board, id report.ID) {
	all := a.history(id, 0)
	var actions []report.Action
	for _, e := range all[1:] {
		actions = append(actions, *e.Action)
	}
	b.Reset(report.Restore(*all[0].Report, actions))
}

// rebuilt is a board made by a scan alone.
func (a archive) rebuilt() *Board {
	b := New()
	for _, e := range a.stored() {
		a.tell(b, e, false)
	}
	a.fill(b)
	return b
}

// deliveries is entries in any order, each one to five times.
func deliveries(rt *rapid.T, entries []report.Entry) []report.Entry {
	var out []report.Entry
	for _, e := range entries {
		for range rapid.IntRange(1, 5).Draw(rt, "times") {
			out = append(out, e)
		}
	}
	return shuffled(rt, out)
}

// shuffled draws positions rather than entries, which would be long to print.
func shuffled(rt *rapid.T, entries []report.Entry) []report.Entry {
	at := make([]int, len(entries))
	for i := range at {
		at[i] = i
	}
	out := make([]report.Entry, len(entries))
	for i, from := range rapid.Permutation(at).Draw(rt, "order") {
		out[i] = entries[from]
	}
	return out
}

func mustBeEqual(rt *rapid.T, got, want *Board) {
	rt.Helper()
	if gaps := got.Gaps(); len(gaps) > 0 || got.kept != 0 {
		rt.Fatalf("gaps are left: %v, %d kept back", gaps, got.kept)
	}
	if !bytes.Equal(got.Snapshot(), want.Snapshot()) || got.Digest() != want.Digest() || got.Entries() != want.Entries() {
		for _, e := range want.order {
			if row, _ := got.Row(e.ID); row != e.Row {
				rt.Logf("got  %+v\nwant %+v", row, e.Row)
			}
		}
		rt.Fatal("the boards differ")
	}
	checkFiling(rt, got)
}

// Deliveries in any order, one to five times each, with what is missing
// fetched at once or not at all, end in the same bytes.
func TestAnyOrderAndMultiplicityOfDeliveriesEndsInTheSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawArchive(rt, false)
		b := New()
		for _, e := range deliveries(rt, a.announced()) {
			a.tell(b, e, rapid.Bool().Draw(rt, "fetch"))
		}
		mustBeEqual(rt, b, a.rebuilt())
	})
}

// Entries that were damaged after they were announced, or before, leave every
// board, once it has been compared with the journal, with what can be read.
func TestBoardsAgreeOnDamagedCases(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawArchive(rt, true)
		b := New()
		heard := deliveries(rt, append(a.announced(), a.stored()...))
		for _, e := range heard[:rapid.IntRange(0, len(heard)).Draw(rt, "heard")] {
			a.tell(b, e, rapid.Bool().Draw(rt, "fetch"))
		}
		for _, e := range shuffled(rt, a.stored()) {
			a.tell(b, e, false)
		}
		a.fill(b)
		mustBeEqual(rt, b, a.rebuilt())
	})
}

// A checkpoint and the tail that came after it, or a longer one that overlaps
// it, are a rebuild.
func TestACheckpointAndItsTailAreARebuild(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawArchive(rt, false)
		heard := deliveries(rt, a.announced())
		saved := rapid.IntRange(0, len(heard)).Draw(rt, "saved")
		b := New()
		for _, e := range heard[:saved] {
			a.tell(b, e, rapid.Bool().Draw(rt, "fetch"))
		}
		restored := New()
		if err := restored.Restore(Checkpoint{snapshot: b.Snapshot()}); err != nil {
			rt.Fatal(err)
		}
		a.fill(restored) // what was kept back is not in a checkpoint
		for _, e := range heard[rapid.IntRange(0, saved).Draw(rt, "tail begins"):] {
			a.tell(restored, e, rapid.Bool().Draw(rt, "fetch"))
		}
		a.fill(restored)
		mustBeEqual(rt, restored, a.rebuilt())
	})
}
