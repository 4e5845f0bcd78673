// Package accept measures how many reports a portal accepts, and how long each
// takes: a closed loop in which every connection sends its next report as
// soon as the last one is answered.
package accept

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/quantile"
)

// Config says how hard to push, and for how long.
type Config struct {
	Public      string // address of the portal
	Reports     []api.Report
	Connections int
	Duration    time.Duration // measured
	Warmup      time.Duration // before that, not counted

	// Accepted is called for every report that is accepted, warm-up included,
	// from many goroutines at once. It may be nil.
	Accepted func()
}

// Result is what was measured.
type Result struct {
	Connections int              `json:"connections"`
	Seconds     float64          `json:"seconds"`
	Accepted    int              `json:"accepted"`
	PerSecond   float64          `json:"accepted_per_second"`
	Latency     quantile.Summary `json:"latency"` // of accepted reports, request to the whole answer read
	Errors      map[string]int   `json:"errors"`  // by status, or "connection"
}

// statusConnection counts requests that got no whole answer.
const statusConnection = 0

// sample is one answer.
type sample struct {
	at     time.Time // when it was complete
	took   time.Duration
	status int
}

// Run measures. It fails only if it could not begin; refused and lost reports
// are counted in the result.
func Run(ctx context.Context, c Config) (Result, error) {
	bodies := make([][]byte, len(c.Reports))
	for i, r := range c.Reports {
		b, err := json.Marshal(r)
		if err != nil {
			return Result{}, fmt.Errorf("encode report: %w", err)
		}
		bodies[i] = b
	}
	if len(bodies) == 0 {
		return Result{}, errors.New("no reports to send")
	}
	transport := api.NewTransport(c.Connections)
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	url := strings.TrimRight(c.Public, "/") + "/api/v1/reports"

	begin := time.Now().Add(c.Warmup)
	end := begin.Add(c.Duration)
	samples := make([][]sample, c.Connections)
	var wg sync.WaitGroup
	for n := range c.Connections {
		// Keys are one random run and a count: cheaper than random ones, and
		// as fresh.
		run := api.NewKey()
		wg.Go(func() {
			for i := 0; time.Now().Before(end) && ctx.Err() == nil; i++ {
				s := send(ctx, client, url, run+"-"+strconv.Itoa(i), bodies[(n*31+i)%len(bodies)])
				samples[n] = append(samples[n], s)
				if s.status == http.StatusCreated && c.Accepted != nil {
					c.Accepted()
				}
				if s.status == statusConnection { // a portal that is away fails very fast
					select {
					case <-time.After(10 * time.Millisecond):
					case <-ctx.Done():
					}
				}
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		end = time.Now()
	}
	return summarise(c.Connections, samples, begin, end), nil
}

func send(ctx context.Context, client *http.Client, url, key string, body []byte) sample {
	start := time.Now()
	s := sample{status: statusConnection}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err == nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
		var resp *http.Response
		if resp, err = client.Do(req); err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err == nil {
				s.status = resp.StatusCode
			}
		}
	}
	s.at = time.Now()
	s.took = s.at.Sub(start)
	return s
}

// summarise counts the answers that were complete between begin and end.
func summarise(connections int, samples [][]sample, begin, end time.Time) Result {
	r := Result{Connections: connections, Seconds: max(0, end.Sub(begin).Seconds()), Errors: map[string]int{}}
	var latencies []time.Duration
	for _, own := range samples {
		for _, s := range own {
			switch {
			case s.at.Before(begin) || s.at.After(end):
			case s.status == http.StatusCreated:
				latencies = append(latencies, s.took)
			case s.status == statusConnection:
				r.Errors["connection"]++
			default:
				r.Errors[strconv.Itoa(s.status)]++
			}
		}
	}
	r.Latency = quantile.Of(latencies)
	r.Accepted = r.Latency.N
	if r.Seconds > 0 {
		r.PerSecond = float64(r.Accepted) / r.Seconds
	}
	return r
}
