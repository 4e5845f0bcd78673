package board

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

func TestNthIsTheNthOfTheSorted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 200).Draw(rt, "values")
		k := rapid.IntRange(0, len(v)-1).Draw(rt, "k")
		want := slices.Sorted(slices.Values(v))[k]
		if got := nth(v, k); got != want {
			rt.Fatalf("nth(%d) = %d, want %d", k, got, want)
		}
		for i, x := range v {
			if i < k && x > want || i > k && x < want {
				rt.Fatalf("%d at %d is on the wrong side", x, i)
			}
		}
	})
}

func TestRankIsNearest(t *testing.T) {
	for _, c := range []struct{ n, percent, want int }{
		{1, 50, 0}, {1, 90, 0}, {2, 50, 0}, {2, 90, 1}, {3, 50, 1}, {10, 50, 4}, {10, 90, 8}, {11, 90, 9}, {100, 90, 89},
	} {
		if got := rank(c.n, c.percent); got != c.want {
			t.Errorf("rank(%d, %d) = %d, want %d", c.n, c.percent, got, c.want)
		}
	}
}

// bruteLine computes the figures of some cases by sorting.
func bruteLine(rows []Row, asOf time.Time) Line {
	l := Line{Received: len(rows)}
	for _, r := range rows {
		if r.State.Open() {
			l.Open++
		}
	}
	for i, clock := range Clocks {
		var stopped, running []time.Duration
		for _, r := range rows {
			if d, done := r.Elapsed(clock, r.ReceivedAt, asOf); done {
				stopped = append(stopped, d)
			} else {
				running = append(running, d)
			}
		}
		slices.Sort(stopped)
		n := len(stopped)
		if n == 0 {
			l.Clocks[i].Running = len(running)
			continue
		}
		f := ClockFigures{N: n, Running: len(running), P50: stopped[(n+1)/2-1], P90: stopped[(n*9+9)/10-1]}
		for _, d := range running {
			if d > f.P90 {
				f.Late++
			}
		}
		l.Clocks[i] = f
	}
	return l
}

func TestFiguresAreExact(t *testing.T) {
	b := filled(3000)
	for _, p := range []Population{
		{Days: 30, AsOf: epoch.AddDate(0, 0, 40)},
		{Days: 90, AsOf: epoch.AddDate(0, 0, 82), Units: []string{"883", "890"}},
		{Days: 7, AsOf: epoch.AddDate(0, 0, 60), Category: "category_3"},
		{Days: 7, AsOf: epoch.AddDate(0, 0, 60), Category: "unknown"},
	} {
		var all []Row
		byUnit, byCategory := map[string][]Row{}, map[string][]Row{}
		for _, e := range b.order {
			if e.ReceivedAt.Before(p.Since()) || p.Units != nil && !slices.Contains(p.Units, e.Unit) || p.Category != "" && p.Category != e.Category {
				continue
			}
			all = append(all, e.Row)
			byUnit[e.Unit] = append(byUnit[e.Unit], e.Row)
			byCategory[e.Category] = append(byCategory[e.Category], e.Row)
		}
		got := b.Figures(p)
		if want := bruteLine(all, p.AsOf); got.All != want {
			t.Errorf("all: %+v\nwant %+v", got.All, want)
		}
		if len(got.ByUnit) != len(byUnit) || len(got.ByCategory) != len(byCategory) {
			t.Errorf("%d units, %d categories", len(got.ByUnit), len(got.ByCategory))
		}
		for unit, rows := range byUnit {
			if want := bruteLine(rows, p.AsOf); got.ByUnit[unit] != want {
				t.Errorf("%s: %+v\nwant %+v", unit, got.ByUnit[unit], want)
			}
		}
		for category, rows := range byCategory {
			if want := bruteLine(rows, p.AsOf); got.ByCategory[category] != want {
				t.Errorf("%s: %+v\nwant %+v", category, got.ByCategory[category], want)
			}
		}
	}
}

func TestEachFigureIsTheNumberOfItsCases(t *testing.T) {
	b := filled(3000)
	p := Population{Days: 60, AsOf: epoch.AddDate(0, 0, 70), Units: []string{"885", "886"}}
	line := b.Figures(p).All
	for i, clock := range Clocks {
		for set, want := range map[Set]int{
			SetReceived: line.Received, SetOpen: line.Open, SetMeasured: line.Clocks[i].N, SetRunning: line.Clocks[i].Running, SetLate: line.Clocks[i].Late,
		} {
			q := FigureQuery{Population: p, Clock: clock, Set: set, Limit: 17}
			var cases []FigureCase
			for {
				page, err := b.FigureCases(q)
				if err != nil {
					t.Fatal(err)
				}
				if page.Total != want {
					t.Fatalf("%s %s: total is %d, want %d", clock, set, page.Total, want)
				}
				cases = append(cases, page.Cases...)
				if page.Next == "" {
					break
				}
				q.After, q.AsOf = page.Next, q.AsOf.Add(time.Hour) // the first page's moment counts
			}
			seen := map[report.ID]bool{}
			for j, c := range cases {
				seen[c.ID] = true
				if d, _ := c.Row.Elapsed(clock, c.ReceivedAt, p.AsOf); d != c.Elapsed {
					t.Errorf("%s %s: elapsed is %s, want %s", clock, set, c.Elapsed, d)
				}
				slowestFirst := set == SetMeasured || set == SetRunning || set == SetLate
				if slowestFirst && j > 0 && c.Elapsed > cases[j-1].Elapsed {
					t.Errorf("%s %s: %s comes after %s", clock, set, c.Elapsed, cases[j-1].Elapsed)
				}
			}
			if len(seen) != want {
				t.Errorf("%s %s: %d different cases, want %d", clock, set, len(seen), want)
			}
		}
	}
}
