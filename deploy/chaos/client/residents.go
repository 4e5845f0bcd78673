package client

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// Residents is a population that sends reports.
type Residents struct {
	cfg  Config
	line line

	mu       sync.Mutex
	accepted []history.Accepted
}

// NewResidents makes a population. Populations that meet the same journal need
// different seeds: the submissions' keys are drawn from them.
func NewResidents(cfg Config) *Residents {
	cfg = cfg.withDefaults()
	return &Residents{cfg: cfg, line: newLine(cfg.Transport, cfg.Timeout)}
}

// Run sends all reports and returns when each was accepted or given up, or
// when ctx ended; what is asked at that moment is still answered and recorded.
// The error says that the population could not begin at all: no intake listed
// its categories and places.
func (r *Residents) Run(ctx context.Context) error {
	l, err := r.readLists(ctx)
	if err != nil {
		return err
	}
	plans := make(chan plan)
	var workers sync.WaitGroup
	for range r.cfg.Concurrency {
		workers.Go(func() {
			for p := range plans {
				r.live(ctx, p)
			}
		})
	}
	r.hand(ctx, plans, l)
	workers.Wait()
	return nil
}

// hand draws the plans in order and hands them out at the rate.
func (r *Residents) hand(ctx context.Context, plans chan<- plan, l lists) {
	defer close(plans)
	var tick <-chan time.Time
	if r.cfg.Rate > 0 {
		t := time.NewTicker(time.Duration(float64(time.Second) / r.cfg.Rate))
		defer t.Stop()
		tick = t.C
	}
	for n := range r.cfg.Count {
		p := draw(r.cfg.Rand, n, *r.cfg.Habits, l)
		if tick != nil {
			select {
			case <-tick:
			case <-ctx.Done():
				return
			}
		}
		select {
		case plans <- p:
		case <-ctx.Done():
			return
		}
	}
}

// live is all that one resident does.
func (r *Residents) live(ctx context.Context, p plan) {
	a := r.persist(ctx, p, p.collide)
	if a == nil {
		return
	}
	r.mu.Lock()
	r.accepted = append(r.accepted, *a)
	r.mu.Unlock()
	if p.repeat {
		p.intake++ // elsewhere, as it happens
		r.persist(ctx, p, false)
	}
	if p.alter {
		r.tamper(ctx, p)
	}
	if p.follow {
		r.follow(ctx, p, *a)
	}
	if p.write {
		r.write(ctx, p, *a)
	}
}

// persist sends the report until it is accepted, refused or given up.
func (r *Residents) persist(ctx context.Context, p plan, both bool) *history.Accepted {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Deadline)
	defer cancel()
	pause := newBackoff(r.cfg.Longest)
	for n := p.intake; ; n++ {
		var reply history.Submit
		if both && n == p.intake {
			reply = r.submitToTwo(ctx, p, n)
		} else {
			reply = r.submit(ctx, p, n, 0)
		}
		if reply.Accepted != nil {
			return reply.Accepted
		}
		if !passing(reply.Status) && reply.Status != http.StatusCreated || !pause.wait(ctx, reply.RetryAfter, p.rand.Float64()) {
			return nil
		}
	}
}

// submitToTwo sends the same to two intakes at once, as an impatient browser
// and a balancer together may. It returns one of the answers, an acceptance if
// there is one.
func (r *Residents) submitToTwo(ctx context.Context, p plan, n int) history.Submit {
	var first, second history.Submit
	var both sync.WaitGroup
	both.Go(func() { first = r.submit(ctx, p, n, 0) })
	both.Go(func() { second = r.submit(ctx, p, n+1, 0) })
	both.Wait()
	if first.Accepted != nil {
		return first
	}
	return second
}

// submit is one attempt at the nth intake.
func (r *Residents) submit(ctx context.Context, p plan, n, variant int) history.Submit {
	base := r.cfg.Intakes[n%len(r.cfg.Intakes)]
	body := p.body
	if variant != 0 {
		body = p.altered
	}
	header := http.Header{"Idempotency-Key": {p.key}, "Accept-Language": {"vi"}}
	start := r.cfg.Log.Now()
	a := r.line.send(ctx, http.MethodPost, base+"/api/v1/reports", header, body)
	s := history.Submit{Key: p.key, Variant: variant, Body: body}
	if a.Status == http.StatusCreated {
		if doc := decoded[acceptedDoc](&a); doc != nil {
			s.Accepted = doc.accepted()
		}
	}
	s.Reply = a.Reply
	r.cfg.Log.Add(history.Op{Start: start, Client: p.name, Target: base, Submit: &s})
	return s
}

type acceptedDoc struct {
	CaseNumber string    `json:"case_number"`
	Receipt    string    `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	Unit       struct {
		Code string `json:"code"`
	} `json:"unit"`
}

func (d acceptedDoc) accepted() *history.Accepted {
	return &history.Accepted{CaseNumber: d.CaseNumber, Receipt: d.Receipt, ReceivedAt: d.ReceivedAt, Unit: d.Unit.Code}
}

// Accepted returns how many reports were answered with 201 until now.
func (r *Residents) Accepted() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.accepted)
}
