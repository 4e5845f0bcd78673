package board

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

// expected answers a query the slow way.
func expected(b *Board, q Query) []report.ID {
	var rows []Row
	for _, e := range b.order {
		if q.matches(e.class()) && (q.Assignee == "" || q.Assignee == e.Assignee) {
			rows = append(rows, e.Row)
		}
	}
	slices.SortFunc(rows, func(x, y Row) int {
		age := x.ReceivedAt.Compare(y.ReceivedAt)
		urgent := 0
		switch {
		case q.Order == NewestOnes:
			age = -age
		case q.Order == ByPriority && x.Urgent != y.Urgent:
			urgent = 1
			if x.Urgent {
				urgent = -1
			}
		}
		return cmp.Or(urgent, age, cmp.Compare(x.ID, y.ID))
	})
	ids := make([]report.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

func TestPagesTogetherAreTheWholeQueueInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := New()
		for n := range rapid.IntRange(0, 40).Draw(rt, "reports") {
			for _, e := range life(rt, n) {
				b.Apply(e)
			}
		}
		q := Query{
			Units:      rapid.SampledFrom([][]string{nil, {"883"}, {"883", "884"}, {"none"}}).Draw(rt, "units"),
			State:      rapid.SampledFrom([]report.State{"", report.StateRouted, report.StateClaimed, report.StateResolved}).Draw(rt, "state"),
			Category:   rapid.SampledFrom([]string{"", "theft"}).Draw(rt, "category"),
			Urgent:     rapid.Bool().Draw(rt, "urgent"),
			Unanswered: rapid.Bool().Draw(rt, "unanswered"),
			Assignee:   rapid.SampledFrom([]string{"", "", "lan", "nobody"}).Draw(rt, "assignee"),
			Order:      rapid.SampledFrom([]Order{ByPriority, OldestOnes, NewestOnes}).Draw(rt, "order"),
			Limit:      rapid.IntRange(1, 7).Draw(rt, "limit"),
		}
		want := expected(b, q)
		var got []report.ID
		for {
			page, err := b.Query(q)
			if err != nil {
				rt.Fatal(err)
			}
			if page.Total != len(want) {
				rt.Fatalf("total is %d of %d", page.Total, len(want))
			}
			for _, r := range page.Rows {
				got = append(got, r.ID)
			}
			if page.Next == "" {
				break
			}
			q.After = page.Next
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func TestCaseThatLeavesBetweenPagesHidesNoOther(t *testing.T) {
	b := New()
	for n := range 6 {
		b.Apply(accepted(n, "theft", false, epoch.Add(time.Duration(n)*time.Second)))
		b.Apply(done(n, 1, report.Routed, system, "883", 1))
	}
	q := Query{Units: []string{"883"}, Order: OldestOnes, Limit: 3}
	first, _ := b.Query(q)
	for n := range 3 { // the whole first page, the cursor's case with it
		b.Apply(done(n, 2, report.Transferred, officer, "884", 2))
	}
	q.After = first.Next
	second, err := b.Query(q)
	if err != nil || len(second.Rows) != 3 || second.Rows[0].ID != idOf(3) {
		t.Errorf("second page: %v, %v", second.Rows, err)
	}
}

func TestCursorOfAnotherOrderIsRefused(t *testing.T) {
	b := filled(100)
	page, _ := b.Query(Query{Order: OldestOnes, Limit: 5})
	for _, after := range []string{page.Next, "x", "!!", "b2xkZXN0"} {
		if _, err := b.Query(Query{Order: ByPriority, Limit: 5, After: after}); !errors.Is(err, ErrCursor) {
			t.Errorf("cursor %q: %v", after, err)
		}
	}
}

func TestCountsAreThoseOfTheCases(t *testing.T) {
	b := filled(2000)
	want := map[string]Counts{}
	for _, e := range b.order {
		if !e.State.Open() {
			continue
		}
		c := want[e.Unit]
		c.Open++
		if e.State == report.StateRouted {
			c.Routed++
		}
		if e.State == report.StateClaimed {
			c.Claimed++
		}
		if e.Urgent {
			c.Urgent++
		}
		if e.Unanswered {
			c.Unanswered++
		}
		if c.Oldest.IsZero() || e.ReceivedAt.Before(c.Oldest) {
			c.Oldest = e.ReceivedAt
		}
		want[e.Unit] = c
	}
	got := b.Counts()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestUnroutedAreThoseThatNoUnitHas(t *testing.T) {
	b := New()
	for n := range 4 {
		b.Apply(accepted(n, "theft", false, epoch.Add(time.Duration(n)*time.Second)))
	}
	b.Apply(done(0, 1, report.Routed, system, "883", 1))
	rows := b.Unrouted(2)
	if len(rows) != 2 || rows[0].ID != idOf(1) || rows[1].ID != idOf(2) {
		t.Errorf("unrouted: %v", rows)
	}
}
