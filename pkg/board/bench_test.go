package board

import (
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// openCases is how many cases the benchmarks hold.
const openCases = 100_000

// BenchmarkQueuePage asks for pages of 50 with all kinds of filters in all
// orders, deep into the queue, and reports the 99th percentile.
func BenchmarkQueuePage(b *testing.B) {
	board := filled(openCases)
	var queries []Query
	for _, units := range [][]string{nil, {"883"}, {"883", "884", "885", "886"}} {
		for _, order := range []Order{ByPriority, OldestOnes, NewestOnes} {
			for _, q := range []Query{
				{}, {Urgent: true}, {Category: "category_5"}, {Unanswered: true}, {State: report.StateClaimed},
				{Category: "category_5", Unanswered: true, State: report.StateClaimed}, {Assignee: "officer3.883"}, {Category: "none"},
			} {
				q.Units, q.Order, q.Limit = units, order, 50
				queries = append(queries, q)
				for range 20 { // a later page
					if page, err := board.Query(q); err == nil && page.Next != "" {
						q.After = page.Next
					}
				}
				queries = append(queries, q)
			}
		}
	}
	took := make([]time.Duration, 0, b.N)
	i := 0
	for b.Loop() {
		begun := time.Now()
		if _, err := board.Query(queries[i%len(queries)]); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkMemoryPerOpenCase reports the bytes that a case takes.
func BenchmarkMemoryPerOpenCase(b *testing.B) {
	for b.Loop() {
		before := heap()
		board := filled(openCases)
		b.ReportMetric(float64(heap()-before)/openCases, "B/case")
		runtime.KeepAlive(board)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkFigures computes a supervisor's whole page of figures.
func BenchmarkFigures(b *testing.B) {
	board := filled(openCases)
	p := Population{Days: 90, AsOf: epoch.AddDate(0, 0, 82)}
	for b.Loop() {
		board.Figures(p)
	}
}

// BenchmarkFigureCases lists the slowest cases behind one figure.
func BenchmarkFigureCases(b *testing.B) {
	board := filled(openCases)
	q := FigureQuery{Population: Population{Days: 90, AsOf: epoch.AddDate(0, 0, 82)}, Clock: report.ToAcknowledge, Set: SetLate, Limit: 50}
	for b.Loop() {
		if _, err := board.FigureCases(q); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart reads a checkpoint of all cases.
func BenchmarkStart(b *testing.B) {
	path := filepath.Join(b.TempDir(), "board")
	if err := filled(openCases).Save(path, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c, err := ReadCheckpoint(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := New().Restore(c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkApply takes an action on a board of all cases, with subscribers.
func BenchmarkApply(b *testing.B) {
	board := filled(openCases)
	for range 100 {
		_, cancel := board.Subscribe(only("883"))
		defer cancel()
	}
	numbers := map[report.ID]int{}
	for _, e := range board.order {
		numbers[e.ID] = e.Last
	}
	i := 0
	for b.Loop() {
		e := done(i%openCases, 0, report.Noted, officer, "", 1)
		numbers[e.Action.Report]++
		e.Action.N = numbers[e.Action.Report]
		if out := board.Apply(e); !out.Changed {
			b.Fatal(out)
		}
		i++
	}
}
