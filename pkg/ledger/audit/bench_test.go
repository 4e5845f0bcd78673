package audit_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger/audit"
	"github.com/phananh/portal/pkg/report"
)

// measured notes the memory in use when a scan has ended.
type measured struct {
	shelf
	heap uint64
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (m *measured) Scan(ctx context.Context, visit func(report.Entry) error) (journal.Scanned, error) {
	found, err := m.shelf.Scan(ctx, visit)
	m.heap = heap()
	return found, err
}

func perMinute(b *testing.B, entries int) {
	took := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(entries)/took.Minutes(), "entries/min")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkAudit is the audit alone: hashing, the chain, the folds, the
// comparison with the ledger. About 100,000 entries.
func BenchmarkAudit(b *testing.B) {
	entries := write(18_200)
	before := heap()
	m := &measured{shelf: entries}
	for b.Loop() {
		b.StopTimer()
		l := entries.recorded()
		b.StartTimer()
		if r := run(b, m, l); len(r.Findings) > 0 {
			b.Fatal(r.Findings)
		}
	}
	b.ReportMetric(float64(m.heap-before)/float64(len(entries)), "B/entry")
	perMinute(b, len(entries))
}

// BenchmarkAuditOfTheEmbeddedEngine is all of it, reading included.
func BenchmarkAuditOfTheEmbeddedEngine(b *testing.B) {
	a := openArchive(b, 18_200)
	for b.Loop() {
		r, err := audit.Run(b.Context(), a.journal, a.load(b))
		if err != nil || len(r.Findings) > 0 {
			b.Fatal(err, r.Findings)
		}
	}
	perMinute(b, len(a.entries))
}

// BenchmarkScanOfTheEmbeddedEngine is the reading alone.
func BenchmarkScanOfTheEmbeddedEngine(b *testing.B) {
	a := openArchive(b, 18_200)
	for b.Loop() {
		if _, err := a.journal.Scan(b.Context(), func(report.Entry) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	perMinute(b, len(a.entries))
}

// BenchmarkLoad reads the ledger and checks its signatures.
func BenchmarkLoad(b *testing.B) {
	a := openArchive(b, 18_200)
	b.ResetTimer()
	for b.Loop() {
		if c := a.load(b); len(c.Index) != len(a.entries) {
			b.Fatal(len(c.Index))
		}
	}
	perMinute(b, len(a.entries))
}
