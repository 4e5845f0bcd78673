package app_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkAccept sends reports over HTTP to the whole accept path, journal
// and engine included, and waits for each 201. It reports requests per second
// and the 99th percentile of the answering time.
func BenchmarkAccept(b *testing.B) {
	for _, clients := range []int{64, 256} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) { benchmarkAccept(b, clients) })
	}
}

func benchmarkAccept(b *testing.B, clients int) {
	s := start(b)
	narrative := strings.Repeat("Hai người lạ dắt xe máy của tôi ra đường rồi chạy về hướng cầu. ", 6)
	body := fmt.Sprintf(`{"category":"theft","narrative":%q,"place":{"commune":"30280","address":"gần chợ Mỹ Bình"},"language":"vi"}`, narrative)
	var sent atomic.Int64
	took := make([][]time.Duration, clients)
	b.ResetTimer()
	begun := time.Now()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for {
				n := sent.Add(1)
				if n > int64(b.N) {
					return
				}
				at := time.Now()
				if !s.accept(b, body, fmt.Sprintf("benchmark-key-%012d", n)) {
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	total := time.Since(begun)
	answers := slices.Concat(took...)
	slices.Sort(answers)
	b.ReportMetric(float64(len(answers))/total.Seconds(), "reports/s")
	b.ReportMetric(float64(answers[len(answers)*99/100].Microseconds())/1000, "p99-ms")
}

func (s *service) accept(b *testing.B, body, key string) bool {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, s.URL()+"/api/v1/reports", strings.NewReader(body))
	if err != nil {
		b.Error(err)
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	resp, err := s.client.Do(req)
	if err != nil {
		b.Error(err)
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusCreated {
		b.Errorf("status %d, %v", resp.StatusCode, err)
		return false
	}
	return true
}
