package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// tamper sends another body under the key of an accepted report until somebody
// says something about it.
func (r *Residents) tamper(ctx context.Context, p plan) {
	pause := newBackoff(r.cfg.Longest)
	for n := p.intake; n < p.intake+maxAttempts; n++ {
		reply := r.submit(ctx, p, n, 1)
		if !passing(reply.Status) || !pause.wait(ctx, reply.RetryAfter, p.rand.Float64()) {
			return
		}
	}
}

// maxAttempts bounds what is not worth a whole deadline.
const maxAttempts = 12

// follow looks with the receipt until a unit has the report.
func (r *Residents) follow(ctx context.Context, p plan, a history.Accepted) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Deadline)
	defer cancel()
	pause := newBackoff(time.Second)
	for n := p.intake; ; n++ {
		t := r.track(ctx, p.name, n, a, false)
		if t.Shown != nil && t.Shown.Unit != "" || t.Status == http.StatusNotFound || !pause.wait(ctx, "", p.rand.Float64()) {
			return
		}
	}
}

// track is one look at a case at the nth intake.
func (r *Residents) track(ctx context.Context, name string, n int, a history.Accepted, final bool) history.Track {
	base := r.cfg.Intakes[n%len(r.cfg.Intakes)]
	start := r.cfg.Log.Now()
	got := r.line.send(ctx, http.MethodPost, base+"/api/v1/track", nil, mustJSON(map[string]string{"receipt": a.Receipt}))
	t := history.Track{CaseNumber: a.CaseNumber, Receipt: a.Receipt, Final: final}
	if got.Status == http.StatusOK {
		if doc := decoded[trackedDoc](&got); doc != nil {
			t.Shown = doc.shown()
			if doc.CaseNumber != a.CaseNumber {
				got.Code = "another-case"
			}
		}
	}
	t.Reply = got.Reply
	r.cfg.Log.Add(history.Op{Start: start, Client: name, Target: base, Track: &t})
	return t
}

type trackedDoc struct {
	CaseNumber string  `json:"case_number"`
	Status     string  `json:"status"`
	Outcome    *string `json:"outcome"`
	Unit       *struct {
		Code string `json:"code"`
	} `json:"unit"`
	Messages []struct {
		Text string `json:"text"`
	} `json:"messages"`
}

func (d trackedDoc) shown() *history.Shown {
	s := &history.Shown{Status: d.Status}
	if d.Unit != nil {
		s.Unit = d.Unit.Code
	}
	if d.Outcome != nil {
		s.Outcome = *d.Outcome
	}
	for _, m := range d.Messages {
		s.Messages = append(s.Messages, m.Text)
	}
	return s
}

// write writes to the police, until it is taken, refused or given up.
func (r *Residents) write(ctx context.Context, p plan, a history.Accepted) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Deadline)
	defer cancel()
	w := history.Write{
		Request: p.key + "/1", CaseNumber: a.CaseNumber,
		Text: fmt.Sprintf("Tôi nhớ thêm một chi tiết: %s. Ký hiệu riêng: %s.", one(p.rand, words.addresses), p.key[12:]),
	}
	header := http.Header{"Idempotency-Key": {"w-" + p.key}}
	body := mustJSON(map[string]string{"receipt": a.Receipt, "text": w.Text})
	pause := newBackoff(r.cfg.Longest)
	for n := p.intake; ; n++ {
		base := r.cfg.Intakes[n%len(r.cfg.Intakes)]
		start := r.cfg.Log.Now()
		got := r.line.send(ctx, http.MethodPost, base+"/api/v1/track/messages", header, body)
		attempt := w
		attempt.Reply = got.Reply
		r.cfg.Log.Add(history.Op{Start: start, Client: p.name, Target: base, Write: &attempt})
		if !passing(got.Status) || !pause.wait(ctx, got.RetryAfter, p.rand.Float64()) {
			return
		}
	}
}

// TrackAll looks at every accepted report with its receipt, once everybody has
// stopped acting: what is shown must be the last state. It repeats what fails
// for a moment, and returns an error if ctx ends before all were looked at.
func (r *Residents) TrackAll(ctx context.Context) error {
	r.mu.Lock()
	all := slices.Clone(r.accepted)
	r.mu.Unlock()
	queue := make(chan int)
	var workers sync.WaitGroup
	for range min(r.cfg.Concurrency, 8) {
		workers.Go(func() {
			for n := range queue {
				r.trackLast(ctx, n, all[n])
			}
		})
	}
	defer workers.Wait()
	defer close(queue)
	for n := range all {
		select {
		case queue <- n:
		case <-ctx.Done():
			return errors.New("not every receipt was looked at")
		}
	}
	return nil
}

func (r *Residents) trackLast(ctx context.Context, n int, a history.Accepted) {
	pause := newBackoff(time.Second)
	for i := range maxAttempts {
		t := r.track(ctx, "tracker", n+i, a, true)
		if !passing(t.Status) || !pause.wait(ctx, t.RetryAfter, 0.5) {
			return
		}
	}
}
