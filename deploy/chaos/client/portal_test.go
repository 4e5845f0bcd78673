package client

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// portal is a portal of two intakes that remembers what it was asked.
type portal struct {
	intakes [2]*httptest.Server
	log     *history.Log

	mu     sync.Mutex
	asked  []asked
	bodies map[string]string // by key

	// submit may answer a submission in the portal's place; n counts them.
	submit func(n int, w http.ResponseWriter, r *http.Request) (answered bool)
}

type asked struct {
	intake    int
	key, body string
}

func newPortal(t *testing.T) *portal {
	t.Helper()
	log, err := history.Open("")
	if err != nil {
		t.Fatal(err)
	}
	p := &portal{log: log, bodies: map[string]string{}}
	for i := range p.intakes {
		p.intakes[i] = httptest.NewServer(p.handler(i))
		t.Cleanup(p.intakes[i].Close)
	}
	return p
}

func (p *portal) handler(intake int) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/categories", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"categories":[{"code":"theft"},{"code":"fire"}]}`)
	})
	mux.HandleFunc("GET /api/v1/jurisdiction", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"districts":[{"code":"883"}],"communes":[{"code":"30280","district":"883"}]}`)
	})
	mux.HandleFunc("POST /api/v1/reports", func(w http.ResponseWriter, r *http.Request) { p.take(intake, w, r) })
	mux.HandleFunc("POST /api/v1/track", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"case_number":"AG-1","status":"routed","unit":{"code":"883"},"messages":[{"text":"a"}]}`)
	})
	mux.HandleFunc("POST /api/v1/track/messages", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	return mux
}

func (p *portal) take(intake int, w http.ResponseWriter, r *http.Request) {
	var body json.RawMessage
	_ = json.NewDecoder(r.Body).Decode(&body)
	key := r.Header.Get("Idempotency-Key")
	p.mu.Lock()
	p.asked = append(p.asked, asked{intake, key, string(body)})
	n := len(p.asked)
	p.mu.Unlock()
	if p.submit != nil && p.submit(n, w, r) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, known := p.bodies[key]; known && before != string(body) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"code":"key_reused"}`)
		return
	}
	p.bodies[key] = string(body)
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, `{"case_number":"AG-1","receipt":"R","received_at":"2026-11-23T15:00:00Z","unit":{"code":"883"}}`)
}

// residents makes a population of the portal's.
func (p *portal) residents(count int, habits Habits) *Residents {
	return NewResidents(Config{
		Intakes: []string{p.intakes[0].URL, p.intakes[1].URL}, Log: p.log, Rand: rand.New(rand.NewPCG(1, 2)),
		Count: count, Longest: 20 * time.Millisecond, Deadline: 5 * time.Second, Habits: &habits,
	})
}

// submits are the submissions in the history.
func (p *portal) submits() []history.Op {
	var out []history.Op
	for _, op := range p.log.History().Ops {
		if op.Submit != nil {
			out = append(out, op)
		}
	}
	return out
}
