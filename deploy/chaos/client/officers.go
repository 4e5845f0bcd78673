package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/phananh/portal/deploy/chaos/history"
)

// Officers are accounts at work.
type Officers struct {
	cfg          OfficersConfig
	line         line
	acknowledged atomic.Int64
}

// NewOfficers makes officers.
func NewOfficers(cfg OfficersConfig) *Officers {
	cfg = cfg.withDefaults()
	return &Officers{cfg: cfg, line: newLine(cfg.Transport, cfg.Timeout)}
}

// Run works until ctx ends: each account logs in, takes cases from its queue,
// replies, notes, transfers and resolves. What is asked when ctx ends is still
// answered and recorded.
func (o *Officers) Run(ctx context.Context) {
	var all sync.WaitGroup
	for n, a := range o.cfg.Accounts {
		own := rand.New(rand.NewPCG(o.cfg.Rand.Uint64(), o.cfg.Rand.Uint64()))
		w := &officer{Officers: o, account: a, rand: own, desk: n, mark: fmt.Sprintf("%s-%08x", a.Username, own.Uint32())}
		all.Go(func() { w.work(ctx) })
	}
	all.Wait()
}

// Acknowledged returns how many actions were answered with 201 until now.
func (o *Officers) Acknowledged() int { return int(o.acknowledged.Load()) }

// officer is one account at work.
type officer struct {
	*Officers
	account  Account
	rand     *rand.Rand
	desk     int         // number of the desk that is used
	session  http.Header // nil: not logged in
	mark     string      // of the requests, unlike that of any other run
	requests int
}

func (o *officer) base() string { return o.cfg.Desks[o.desk%len(o.cfg.Desks)] }

func (o *officer) work(ctx context.Context) {
	pause := newBackoff(o.cfg.Longest)
	for ctx.Err() == nil {
		reply := o.turn(ctx)
		if passing(reply.Status) && reply.Status != http.StatusConflict {
			o.desk++ // perhaps another one answers
			pause.wait(ctx, reply.RetryAfter, o.rand.Float64())
			continue
		}
		pause = newBackoff(o.cfg.Longest)
		sleep(ctx, o.cfg.Pace)
	}
}

// turn is one thing after another: logging in, or reading the queue and acting
// on one of its cases. It returns how the last request ended.
func (o *officer) turn(ctx context.Context) history.Reply {
	if o.session == nil {
		a := o.read("POST /api/v1/session", func() answer { return logIn(ctx, o.line, o.base(), o.account) })
		if a.Status == http.StatusOK {
			o.session = sessionOf(a)
		}
		return a.Reply
	}
	rows, reply := o.queue(ctx)
	if len(rows) == 0 {
		return reply
	}
	row := one(o.rand, rows)
	act, any := o.choose(row)
	if !any {
		return reply
	}
	return o.perform(ctx, act)
}

// queue reads a page of the officer's queue.
func (o *officer) queue(ctx context.Context) ([]Row, history.Reply) {
	query := url.Values{
		"limit": {"20"}, "order": {one(o.rand, []string{"priority", "oldest", "newest"})},
		"state": {one(o.rand, []string{"open", "open", "open", "open", "claimed", "routed", "resolved"})},
	}
	if query.Get("state") != "resolved" && o.rand.IntN(2) == 0 {
		query.Set("mine", "true")
		query.Set("state", "open")
	}
	a := o.read("GET /api/v1/queue", func() answer {
		return o.line.send(ctx, http.MethodGet, o.base()+"/api/v1/queue?"+query.Encode(), o.session, nil)
	})
	if a.Status == http.StatusUnauthorized {
		o.session = nil
	}
	if a.Status != http.StatusOK {
		return nil, a.Reply
	}
	p := decoded[page](&a)
	if p == nil {
		return nil, a.Reply
	}
	return p.Cases, a.Reply
}

// read records a request that changes no case.
func (o *officer) read(what string, ask func() answer) answer {
	start, base := o.cfg.Log.Now(), o.base()
	a := ask()
	o.cfg.Log.Add(history.Op{
		Start: start, Client: o.account.Username, Target: base,
		Read: &history.Read{What: what, Reply: a.Reply},
	})
	return a
}

// perform asks for an action until it is known to be done or refused, or ctx
// ends.
func (o *officer) perform(ctx context.Context, act history.Act) history.Reply {
	o.requests++
	act.Request, act.User = fmt.Sprintf("%s/%d", o.mark, o.requests), o.account.Username
	if act.Type != "claimed" && act.Type != "released" {
		act.Text = fmt.Sprintf("%s Số việc: %s.", act.Text, act.Request)
	}
	body := mustJSON(map[string]any{
		"type": commandOf[act.Type], "expect": act.Expect, "text": act.Text, "unit": act.Unit, "outcome": act.Outcome,
	})
	pause := newBackoff(o.cfg.Longest)
	for range maxAttempts {
		start, base := o.cfg.Log.Now(), o.base()
		a := o.line.send(ctx, http.MethodPost, base+"/api/v1/cases/"+act.CaseNumber+"/actions", o.session, body)
		act.Reply = a.Reply
		attempt := act
		o.cfg.Log.Add(history.Op{Start: start, Client: o.account.Username, Target: base, Act: &attempt})
		switch {
		case a.Status == http.StatusCreated:
			o.acknowledged.Add(1)
			return a.Reply
		case a.Status == http.StatusUnauthorized:
			o.session = nil
			return a.Reply
		case a.Status == http.StatusConflict, !passing(a.Status):
			return a.Reply
		}
		o.desk++
		if !pause.wait(ctx, a.RetryAfter, o.rand.Float64()) {
			break
		}
	}
	return act.Reply
}
