package ledger

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// BenchmarkMemoryPerEntry reports the bytes that the recorder keeps of an
// entry once it is written.
func BenchmarkMemoryPerEntry(b *testing.B) {
	const entries = 400_000
	for b.Loop() {
		r, err := Start(Config{
			Dir: filepath.Join(b.TempDir(), "ledger"), Journal: shelf{}, Log: slog.New(slog.DiscardHandler),
			Now: time.Now, Every: 20 * time.Millisecond,
		})
		if err != nil {
			b.Fatal(err)
		}
		before := heap()
		for n := range entries {
			id := report.ID(fmt.Sprintf("%012d", n/2))
			h := report.Hash{byte(n), byte(n >> 8), byte(n >> 16), 1}
			e := report.Entry{Report: &report.Report{ID: id}, Announced: h}
			if n%2 == 1 {
				e = report.Entry{Action: &report.Action{Report: id, N: 1}, Announced: h}
			}
			r.Note(e)
			if n%50_000 == 0 {
				r.written(b)
			}
		}
		r.written(b)
		b.ReportMetric(float64(heap()-before)/entries, "B/entry")
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// written waits until nothing is left to be written.
func (r *Recorder) written(b *testing.B) {
	b.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		left := len(r.pending)
		r.mu.Unlock()
		if left == 0 {
			return
		}
	}
	b.Fatal("not written")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
