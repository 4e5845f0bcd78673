// Package push sends records to a server as fast as it answers: a closed loop
// in which every connection sends its next record as soon as the last one is
// answered. The client shares the machine with what it measures, so it is a
// cheap one, and says what it costs.
package push

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/phananh/portal/deploy/load/quantile"
)

// KeyLength is how long every key is, in bytes. Each record has one of its own.
const KeyLength = 32

// Target says what is sent and what a good answer is.
type Target struct {
	URL    string
	Bodies [][]byte // sent in turn
	Header string   // in which the key goes; empty: in the body
	KeyAt  int      // where the body has KeyLength bytes for the key, if there is no header
	Status int      // of a good answer
	Mark   []byte   // what a good answer contains: the name of its ID
}

// Load says how hard to push, and for how long.
type Load struct {
	Connections int
	Warmup      time.Duration // not counted in the figures
	Measured    time.Duration
}

// Result is what was measured.
type Result struct {
	PerSecond float64
	P50, P99  time.Duration  // request to the whole answer, of good answers
	Errors    map[string]int // by status or cause, warm-up included
	Answers   int            // good ones, warm-up included
	CPU       time.Duration  // what this process used, warm-up included
}

// Run pushes. Bad answers and lost connections are counted in the result; an
// error means that nothing could be measured.
func Run(ctx context.Context, t Target, l Load) (Result, error) {
	u, err := url.Parse(t.URL)
	if err != nil {
		return Result{}, fmt.Errorf("target: %w", err)
	}
	if len(t.Bodies) == 0 {
		return Result{}, errors.New("target: nothing to send")
	}
	client := &fasthttp.HostClient{
		Addr: u.Host, MaxConns: l.Connections, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		MaxIdemponentCallAttempts: 1, NoDefaultUserAgentHeader: true, DisablePathNormalizing: true,
	}
	defer client.CloseIdleConnections()
	cpu := processCPU()
	begin := time.Now().Add(l.Warmup)
	end := begin.Add(l.Measured)
	workers := make([]*worker, l.Connections)
	var wg sync.WaitGroup
	for n := range workers {
		workers[n] = newWorker(client, t, n)
		wg.Go(func() { workers[n].run(ctx, begin, end) })
	}
	wg.Wait()
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	r := Result{Errors: map[string]int{}, CPU: processCPU() - cpu}
	var took []time.Duration
	for _, w := range workers {
		took = append(took, w.took...)
		r.Answers += w.good
		for cause, count := range w.errors {
			r.Errors[cause] += count
		}
	}
	quantile.Of(took) // sorts
	r.P50, r.P99 = quantile.At(took, 0.50), quantile.At(took, 0.99)
	r.PerSecond = float64(len(took)) / l.Measured.Seconds()
	return r, nil
}

// worker is one connection's loop.
type worker struct {
	client *fasthttp.HostClient
	target Target
	number int
	key    []byte
	body   []byte
	took   []time.Duration // of good answers that came between begin and end
	good   int             // all good answers
	errors map[string]int
}

func newWorker(client *fasthttp.HostClient, t Target, number int) *worker {
	// A random run and a count: cheaper than random keys, and as fresh.
	return &worker{client: client, target: t, number: number, key: []byte(rand.Text() + rand.Text())[:KeyLength], errors: map[string]int{}}
}

func (w *worker) run(ctx context.Context, begin, end time.Time) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(w.target.URL)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/json")
	for i := 0; ctx.Err() == nil; i++ {
		w.prepare(req, i)
		start := time.Now()
		if !start.Before(end) {
			return
		}
		cause := w.send(req, resp)
		at := time.Now()
		if cause != "" {
			w.errors[cause]++
			continue
		}
		w.good++
		if !at.Before(begin) && !at.After(end) {
			w.took = append(w.took, at.Sub(start))
		}
	}
}

// prepare puts the next body and a fresh key into the request.
func (w *worker) prepare(req *fasthttp.Request, i int) {
	count := strconv.AppendInt(w.key[:KeyLength-10], 1e9+int64(i), 10) // always 10 digits
	body := w.target.Bodies[(w.number*31+i)%len(w.target.Bodies)]
	if w.target.Header != "" {
		req.Header.SetBytesV(w.target.Header, count)
		req.SetBodyRaw(body)
		return
	}
	w.body = append(w.body[:0], body...)
	copy(w.body[w.target.KeyAt:], count)
	req.SetBodyRaw(w.body)
}

// send returns why the answer was not a good one.
func (w *worker) send(req *fasthttp.Request, resp *fasthttp.Response) string {
	switch err := w.client.Do(req, resp); {
	case err != nil:
		time.Sleep(10 * time.Millisecond) //nolint:forbidigo // a server that is away fails very fast
		return "connection"
	case resp.StatusCode() != w.target.Status:
		return strconv.Itoa(resp.StatusCode())
	case !contains(resp.Body(), w.target.Mark):
		return "no ID"
	}
	return ""
}
