package client

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// desk has one case, which lan works on.
type desk struct {
	mu       sync.Mutex
	state    string
	last     int
	assignee string
	sessions int
	acts     []map[string]any
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	cookie, err := r.Cookie("phananh_session")
	switch {
	case r.URL.Path == "/api/v1/session":
		d.sessions++
		http.SetCookie(w, &http.Cookie{Name: "phananh_session", Value: fmt.Sprint(d.sessions)})
		fmt.Fprint(w, `{}`)
	case err != nil || cookie.Value == "1" && d.last >= 1: // the first session ends early
		w.WriteHeader(http.StatusUnauthorized)
	case r.URL.Path == "/api/v1/queue":
		row := Row{CaseNumber: "AG-0000-0000-0001", State: d.state, Unit: "883", Last: d.last}
		if d.assignee != "" {
			row.Assignee = &Assignee{d.assignee}
		}
		_ = json.NewEncoder(w).Encode(page{Cases: []Row{row}})
	case strings.HasPrefix(r.URL.Path, "/api/v1/cases/AG-0000-0000-0001/actions"):
		d.act(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (d *desk) act(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	d.acts = append(d.acts, body)
	if len(d.acts)%2 == 1 { // every other request fails once
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	d.last++
	switch body["type"] {
	case "claim":
		d.state, d.assignee = "claimed", "lan"
	case "resolve":
		d.state = "resolved"
	case "transfer", "release", "reopen":
		d.state, d.assignee = "routed", ""
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, `{}`)
}

func TestOfficersWorkAndRepeatWhatFails(t *testing.T) {
	d := &desk{state: "routed"}
	server := httptest.NewServer(d)
	defer server.Close()
	log, err := history.Open("")
	if err != nil {
		t.Fatal(err)
	}
	o := NewOfficers(OfficersConfig{
		Desks: []string{server.URL}, Log: log, Rand: rand.New(rand.NewPCG(1, 2)), Accounts: []Account{{"lan", "x"}},
		Units: []string{"883", "884"}, Pace: time.Millisecond, Longest: 5 * time.Millisecond,
	})
	ctx, end := context.WithTimeout(t.Context(), 5*time.Second)
	defer end()
	go func() {
		for ctx.Err() == nil && o.Acknowledged() < 20 {
			time.Sleep(time.Millisecond)
		}
		end()
	}()
	o.Run(ctx)

	if o.Acknowledged() < 20 || d.sessions < 2 {
		t.Errorf("%d actions, %d sessions", o.Acknowledged(), d.sessions)
	}
	requests, texts, types := map[string][]history.Act{}, map[string]string{}, map[string]bool{}
	for _, op := range log.History().Ops {
		if op.Act == nil {
			continue
		}
		a := *op.Act
		requests[a.Request] = append(requests[a.Request], a)
		types[a.Type] = true
		if before, known := texts[a.Text]; known && before != a.Request && a.Text != "" {
			t.Errorf("%s and %s have one text", before, a.Request)
		}
		texts[a.Text] = a.Request
	}
	last := ""
	for _, op := range log.History().Ops {
		if op.Act != nil {
			last = op.Act.Request
		}
	}
	if len(requests[last]) == 1 { // the end came between two attempts
		delete(requests, last)
	}
	for name, attempts := range requests {
		if len(attempts) != 2 || attempts[0].Status != 503 || attempts[1].Status != 201 {
			t.Errorf("%s: %+v", name, attempts)
			continue
		}
		attempts[0].Reply = attempts[1].Reply
		if attempts[0] != attempts[1] || attempts[0].User != "lan" {
			t.Errorf("%s was not repeated as it was: %+v", name, attempts)
		}
	}
	for _, typ := range []string{"claimed", "replied", "noted"} {
		if !types[typ] {
			t.Errorf("nothing was %s", typ)
		}
	}
	if n := len(d.acts); n != 2*len(requests) && n != 2*len(requests)+1 {
		t.Errorf("%d requests recorded, %d asked", 2*len(requests), n)
	}
}
