package board

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

var epoch = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// idOf makes the ID of the nth report; IDs do not sort by n.
func idOf(n int) report.ID {
	v := uint64(n+1) * 0x9E3779B97F4A7C15
	id := make([]byte, 12)
	for i := range id {
		id[i] = alphabet[v>>(64-5*(i+1))&31]
	}
	return report.ID(id)
}

func accepted(n int, category string, urgent bool, at time.Time) report.Entry {
	return report.Entry{Report: &report.Report{
		ID: idOf(n), Category: category, Urgent: urgent, ReceivedAt: at,
		Place: report.Place{District: "883", Commune: "30280"},
	}}
}

// done is an action on the nth report, i minutes after epoch.
func done(n, number int, typ report.Type, who report.Actor, unit string, minute int) report.Entry {
	a := report.Action{Report: idOf(n), N: number, Type: typ, Actor: who, Unit: unit, At: epoch.Add(time.Duration(minute) * time.Minute)}
	if typ == report.Resolved {
		a.Outcome = report.Handled
	}
	return report.Entry{Action: &a}
}

var (
	system   = report.Actor{Kind: report.System}
	resident = report.Actor{Kind: report.Resident}
	officer  = report.Actor{Kind: report.Staff, User: "lan", Unit: "883"}
)

// life draws a history that the journal could hold, of the nth report.
func life(rt *rapid.T, n int) []report.Entry {
	s := report.Begin(epoch)
	out := []report.Entry{accepted(n, rapid.SampledFrom([]string{"theft", "fire"}).Draw(rt, "category"), rapid.Bool().Draw(rt, "urgent"), epoch.Add(time.Duration(n%7)*time.Second))}
	units := []string{"883", "884", "886"}
	for i := range rapid.IntRange(0, 12).Draw(rt, "actions") {
		var possible []report.Entry
		for _, typ := range []report.Type{report.Routed, report.Claimed, report.Released, report.Replied, report.Noted, report.Answered, report.Transferred, report.Resolved, report.Reopened} {
			who, unit := officer, ""
			switch typ {
			case report.Routed:
				who, unit = system, units[n%3]
			case report.Transferred:
				unit = units[(n+i+1)%3]
			case report.Answered:
				who = resident
			}
			e := done(n, s.Last+1, typ, who, unit, i+1)
			if _, err := s.Replay(*e.Action); err == nil {
				possible = append(possible, e)
			}
		}
		e := rapid.SampledFrom(possible).Draw(rt, "action")
		s, _ = s.Replay(*e.Action)
		out = append(out, e)
	}
	return out
}

func TestOrderAndRepeatsOfEntriesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var entries []report.Entry
		for n := range rapid.IntRange(1, 5).Draw(rt, "reports") {
			entries = append(entries, life(rt, n)...)
		}
		straight := New()
		for _, e := range entries {
			if out := straight.Apply(e); out.Err != nil || out.Gap != nil || !out.Changed {
				rt.Fatalf("in order: %+v", out)
			}
		}
		repeated := append(entries, rapid.SliceOfN(rapid.SampledFrom(entries), 0, 20).Draw(rt, "repeats")...)
		shuffled := New()
		for _, e := range rapid.Permutation(repeated).Draw(rt, "permutation") {
			if out := shuffled.Apply(e); out.Err != nil {
				rt.Fatal(out.Err)
			}
		}
		if gaps := shuffled.Gaps(); len(gaps) > 0 || shuffled.kept != 0 {
			rt.Fatalf("gaps are left: %v, %d kept back", gaps, shuffled.kept)
		}
		if !bytes.Equal(straight.Snapshot(), shuffled.Snapshot()) {
			rt.Fatal("the boards differ")
		}
		checkFiling(rt, shuffled)
	})
}

// checkFiling compares the indexes with the cases themselves.
func checkFiling(t interface{ Fatalf(string, ...any) }, b *Board) {
	filed, owned := 0, 0
	for c, tree := range b.all {
		filed += tree.Len()
		tree.Scan(func(it item) bool {
			if it.class() != c || b.cases[it.ID] != it.entry {
				t.Fatalf("%s is filed under %+v", it.ID, c)
			}
			return true
		})
	}
	for user, own := range b.mine {
		for _, tree := range own {
			owned += tree.Len()
			tree.Scan(func(it item) bool {
				if it.Assignee != user {
					t.Fatalf("%s is filed for %s", it.ID, user)
				}
				return true
			})
		}
	}
	want := 0
	for _, e := range b.order {
		if e.Assignee != "" {
			want++
		}
	}
	if filed != len(b.order) || owned != want {
		t.Fatalf("%d of %d cases are filed, %d of %d for their officers", filed, len(b.order), owned, want)
	}
}

func TestGapNamesWhatIsMissing(t *testing.T) {
	b := New()
	ahead := done(1, 3, report.Noted, officer, "", 3)
	if out := b.Apply(ahead); out.Gap == nil || *out.Gap != (Gap{idOf(1), 0, 3}) {
		t.Fatalf("without the report: %+v", out)
	}
	if out := b.Apply(accepted(1, "theft", false, epoch)); out.Gap == nil || *out.Gap != (Gap{idOf(1), 1, 3}) {
		t.Fatalf("with the report: %+v", out)
	}
	if out := b.Apply(done(1, 1, report.Routed, system, "883", 1)); out.Gap == nil || *out.Gap != (Gap{idOf(1), 2, 3}) {
		t.Fatalf("with the first action: %+v", out)
	}
	if out := b.Apply(done(1, 2, report.Claimed, officer, "", 2)); out.Gap != nil || !out.Changed {
		t.Fatalf("with all: %+v", out)
	}
	if row, _ := b.Row(idOf(1)); row.Last != 3 || row.State != report.StateClaimed {
		t.Errorf("the case is %+v", row)
	}
}

func TestWhatIsKeptBackIsBoundedAndTheGapStaysKnown(t *testing.T) {
	b := New()
	const reports = maxKept + 10
	for n := range reports {
		b.Apply(done(n, 1, report.Routed, system, "883", 1))
	}
	if b.kept != maxKept || len(b.Gaps()) != reports {
		t.Fatalf("%d kept back, %d gaps", b.kept, len(b.Gaps()))
	}
	for n := range reports {
		b.Apply(accepted(n, "theft", false, epoch))
	}
	left := b.Gaps()
	if len(left) != 10 || b.kept != 0 {
		t.Fatalf("%d gaps are left, %d kept back", len(left), b.kept)
	}
	if left[0].From != 1 || left[0].To != 1 {
		t.Errorf("gap is %+v", left[0])
	}
}

// filled makes a board of n cases in all states, units and categories.
func filled(n int) *Board {
	random := rand.New(rand.NewPCG(1, 2))
	b := New()
	for i := range n {
		at := epoch.Add(time.Duration(random.Int64N(80*24*3600*1000)) * time.Millisecond)
		category := random.IntN(14)
		b.Apply(accepted(i, fmt.Sprintf("category_%d", category), category%4 == 0, at))
		unit := fmt.Sprint(883 + random.IntN(12))
		act := func(number int, typ report.Type, who report.Actor, unit string) {
			at = at.Add(time.Duration(random.Int64N(36*3600*1000)) * time.Millisecond)
			e := done(i, number, typ, who, unit, 0)
			e.Action.At = at
			if out := b.Apply(e); out.Err != nil {
				panic(out.Err)
			}
		}
		act(1, report.Routed, system, unit)
		if random.IntN(3) == 0 {
			continue
		}
		who := report.Actor{Kind: report.Staff, User: fmt.Sprintf("officer%d.%s", random.IntN(20), unit)}
		act(2, report.Claimed, who, "")
		if random.IntN(2) == 0 {
			act(3, report.Replied, who, "")
			if random.IntN(2) == 0 {
				act(4, report.Answered, resident, "")
			}
		}
	}
	return b
}
