package journal_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// BenchmarkAppend is the accept path below HTTP: group commit with the outbox
// on the embedded engine, the announcements going nowhere.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			rec := &recorder{seen: map[string]int{}}
			j, err := journal.Open(journal.Config{
				URI: embeddedtest.Start(b).MongoDB, Database: embeddedtest.Database, Announcer: rec, Log: embeddedtest.Log(b),
			})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = j.Close(context.Background()) }()
			var n atomic.Int64
			b.SetParallelism(writers / 2) // times GOMAXPROCS of 2
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := sample(b, int(n.Add(1)))
					if err := j.Append(b.Context(), report.Entry{Report: &r}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
