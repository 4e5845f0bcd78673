package check

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// damage is one way to spoil a sound world, and what must be found of it.
type damage struct {
	name string
	kind Kind
	// do spoils the world and returns what the finding may be about.
	do func(w *world) []string
}

// checkDamages spoils a sound world with each damage: it must be found under
// its name, and nothing else may be.
func checkDamages(t *testing.T, damages []damage) {
	t.Helper()
	for _, d := range damages {
		t.Run(string(d.kind)+"/"+d.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := sound(t)
				about := d.do(w)
				found := Compare(w.history, w.state(), Bounds{}).Findings
				if len(found) == 0 {
					t.Fatal("not found")
				}
				for _, f := range found {
					if f.Kind != d.kind || !slices.Contains(about, f.Report) {
						t.Errorf("found besides, with %s: %s", about, f)
					}
				}
			})
		})
	}
}

func TestEveryKindOfFindingHasADamageThatShowsIt(t *testing.T) {
	shown := map[Kind]bool{}
	for _, d := range slices.Concat(residentDamages(), journalDamages(), actionDamages(), boardDamages(), answerDamages()) {
		shown[d.kind] = true
	}
	for _, k := range Kinds() {
		if !shown[k] {
			t.Errorf("nothing shows that %s would be found", k)
		}
		delete(shown, k)
	}
	for k := range shown {
		t.Errorf("%s is not listed", k)
	}
}

// The tools of damages.

func about(ids ...report.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// key is the key under which a report was sent.
func (w *world) key(id report.ID) string { return w.acceptances(id)[0].Key }

func (w *world) acceptances(id report.ID) []*history.Submit {
	var out []*history.Submit
	for _, op := range w.history.Ops {
		if s := op.Submit; s != nil && s.Accepted != nil && s.Accepted.CaseNumber == id.CaseNumber("AG") {
			out = append(out, s)
		}
	}
	return out
}

// forget removes what residents saw of a report: after some damages it would
// show as well, rightly.
func (w *world) forget(id report.ID) {
	w.history.Ops = slices.DeleteFunc(w.history.Ops, func(op opOf) bool {
		return op.Track != nil && op.Track.CaseNumber == id.CaseNumber("AG")
	})
}

// removeReport removes a report, with its actions or without.
func (w *world) removeReport(id report.ID, actions bool) {
	w.record.Reports = slices.DeleteFunc(w.record.Reports, func(r report.Report) bool { return r.ID == id })
	if actions {
		w.removeActions(func(a Stored) bool { return a.Report == id })
	}
	w.listed()
}

func (w *world) removeActions(which func(Stored) bool) {
	w.record.Actions = slices.DeleteFunc(w.record.Actions, which)
}

// stored is the first stored action of a report that is wanted.
func (w *world) stored(id report.ID, wanted func(Stored) bool) *Stored {
	i := slices.IndexFunc(w.record.Actions, func(a Stored) bool { return a.Report == id && wanted(a) })
	return &w.record.Actions[i]
}

// acknowledged is the nth action of the rich case that was acknowledged.
func (w *world) acknowledged(n int) Stored {
	for _, op := range w.history.Ops {
		if a := op.Act; a != nil && a.Status == 201 && a.CaseNumber == w.rich.CaseNumber("AG") {
			if n--; n < 0 {
				return *w.stored(w.rich, func(s Stored) bool { return s.N == a.Expect+1 })
			}
		}
	}
	panic("no such action")
}

// unacknowledged is an action of the rich case that nobody was told of.
func (w *world) unacknowledged() Stored {
	told := map[int]bool{}
	for _, op := range w.history.Ops {
		if a := op.Act; a != nil && a.Status == 201 && a.CaseNumber == w.rich.CaseNumber("AG") {
			told[a.Expect+1] = true
		}
	}
	return *w.stored(w.rich, func(s Stored) bool { return s.Actor.Kind == report.Staff && !told[s.N] })
}

// anyOf draws one of the operations that are wanted.
func (w *world) anyOf(wanted func(opOf) bool) *opOf {
	var found []*opOf
	for i := range w.history.Ops {
		if wanted(w.history.Ops[i]) {
			found = append(found, &w.history.Ops[i])
		}
	}
	return rapid.SampledFrom(found).Draw(w.t, "operation")
}
