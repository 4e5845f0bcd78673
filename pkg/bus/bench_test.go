package bus_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

// BenchmarkWork measures how fast announcements reach handlers that take
// about as long as a round of the journal's group commit.
func BenchmarkWork(b *testing.B) {
	for name, takes := range map[string]time.Duration{"handler of 0 ms": 0, "handler of 20 ms": 20 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			c := connect(b, start(b))
			for first := 0; first < b.N; first += 1000 {
				var entries []report.Entry
				for n := first; n < min(first+1000, b.N); n++ {
					entries = append(entries, accepted(n))
				}
				if err := c.Announce(b.Context(), entries); err != nil {
					b.Fatal(err)
				}
			}
			var handled atomic.Int64
			ctx, cancel := context.WithCancel(b.Context())
			b.ResetTimer()
			c.Work(ctx, bus.Job{Name: "triage", Workers: 256, Handle: func(context.Context, report.ID, int) error {
				time.Sleep(takes)
				if handled.Add(1) == int64(b.N) {
					b.StopTimer()
					cancel()
				}
				return nil
			}})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
		})
	}
}
