package client

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// failTwice tells the first client to come again and hangs up on the second.
func failTwice(n int, w http.ResponseWriter, _ *http.Request) bool {
	switch n {
	case 1:
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"code":"try_again"}`)
		return true
	case 2:
		panic(http.ErrAbortHandler)
	}
	return false
}

func TestAResidentSendsTheSameElsewhereUntilItIsAccepted(t *testing.T) {
	p := newPortal(t)
	p.submit = failTwice
	r := p.residents(1, Habits{})
	if err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(p.asked) != 3 || r.Accepted() != 1 {
		t.Fatalf("asked %d times, %d accepted", len(p.asked), r.Accepted())
	}
	for i, a := range p.asked {
		if a.key != p.asked[0].key || a.body != p.asked[0].body || len(a.key) != 32 {
			t.Errorf("attempt %d sent something else", i)
		}
		if i > 0 && a.intake == p.asked[i-1].intake {
			t.Errorf("attempt %d went to the intake that had failed", i)
		}
	}
	got := p.submits()
	if len(got) != 3 {
		t.Fatalf("%d attempts recorded", len(got))
	}
	if s := got[0].Submit; s.Status != 503 || s.Code != "try_again" || s.RetryAfter != "3600" || !s.Unknown() || s.Accepted != nil {
		t.Errorf("%+v", s)
	}
	if s := got[1].Submit; s.Status != 0 || s.Lost != "cut" || !s.Unknown() {
		t.Errorf("%+v", s)
	}
	want := history.Accepted{CaseNumber: "AG-1", Receipt: "R", ReceivedAt: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC), Unit: "883"}
	if s := got[2].Submit; s.Status != 201 || *s.Accepted != want {
		t.Errorf("%+v", s)
	}
	for i, op := range got {
		if op.End < op.Start || i > 0 && op.Start < got[i-1].End {
			t.Errorf("attempt %d lasted from %s to %s", i, op.Start, op.End)
		}
	}
}

func TestAResidentGivesUpWhatIsRefused(t *testing.T) {
	p := newPortal(t)
	p.submit = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return true
	}
	r := p.residents(1, Habits{Repeat: 1, Alter: 1, Follow: 1, Write: 1})
	if err := r.Run(t.Context()); err != nil || len(p.asked) != 1 || r.Accepted() != 0 {
		t.Errorf("asked %d times, %v", len(p.asked), err)
	}
}

func TestAResidentGivesUpInTheEnd(t *testing.T) {
	p := newPortal(t)
	p.submit = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	r := p.residents(1, Habits{})
	r.cfg.Deadline = 100 * time.Millisecond
	if err := r.Run(t.Context()); err != nil || len(p.asked) < 2 {
		t.Errorf("asked %d times, %v", len(p.asked), err)
	}
}

func TestResidentsOfManyHabits(t *testing.T) {
	p := newPortal(t)
	const count = 20
	r := p.residents(count, Habits{Repeat: 1, Collide: 1, Alter: 1, Follow: 1, Write: 1})
	if err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.TrackAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	var accepted, refused, looks, last, messages int
	acceptedAt := map[string]time.Duration{}
	for _, op := range p.log.History().Ops {
		switch {
		case op.Submit != nil && op.Submit.Variant == 0:
			accepted++
			if at, known := acceptedAt[op.Submit.Key]; !known || op.End < at {
				acceptedAt[op.Submit.Key] = op.End
			}
		case op.Submit != nil:
			refused++
			if op.Submit.Code != "key_reused" || op.Start < acceptedAt[op.Submit.Key] {
				t.Errorf("another body got %d, at %s", op.Submit.Status, op.Start)
			}
		case op.Track != nil && op.Track.Final:
			last++
		case op.Track != nil:
			looks++
			if s := op.Track.Shown; op.Track.Code == "another-case" || s == nil || s.Unit != "883" || len(s.Messages) != 1 {
				t.Errorf("%+v", op.Track)
			}
		case op.Write != nil:
			messages++
		}
	}
	// Two at once and one repeat for each.
	if accepted != 3*count || refused != count || looks != count || last != count || messages != count {
		t.Errorf("%d accepted, %d refused, %d looks, %d last looks, %d messages", accepted, refused, looks, last, messages)
	}
	if len(p.bodies) != count {
		t.Errorf("%d submissions", len(p.bodies))
	}
}

func TestAStampedeIsOneSubmission(t *testing.T) {
	p := newPortal(t)
	p.submit = failTwice
	r := p.residents(1, Habits{})
	if err := r.Stampede(t.Context(), 50); err != nil {
		t.Fatal(err)
	}
	var accepted, refused int
	for _, op := range p.submits() {
		switch {
		case op.Submit.Accepted != nil:
			accepted++
		case op.Submit.Code == "key_reused":
			refused++
		}
	}
	if accepted != 50 || refused != 1 || len(p.bodies) != 1 || r.Accepted() != 1 {
		t.Errorf("%d accepted, %d refused, %d submissions, %d receipts", accepted, refused, len(p.bodies), r.Accepted())
	}
}

func TestWhatIsUnderWayWhenTheRunEndsIsStillAnswered(t *testing.T) {
	p := newPortal(t)
	ctx, end := context.WithCancel(t.Context())
	p.submit = func(int, http.ResponseWriter, *http.Request) bool {
		end()
		time.Sleep(50 * time.Millisecond)
		return false
	}
	r := p.residents(5, Habits{})
	if err := r.Run(ctx); err != nil {
		t.Fatal(err)
	}
	for _, op := range p.submits() {
		if op.Submit.Accepted == nil {
			t.Errorf("%+v", op.Submit)
		}
	}
	if r.Accepted() != len(p.asked) {
		t.Errorf("%d accepted of %d", r.Accepted(), len(p.asked))
	}
}

func TestReportsAreBegunAtTheRate(t *testing.T) {
	p := newPortal(t)
	r := p.residents(10, Habits{})
	r.cfg.Rate = 100
	begun := time.Now()
	if err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 90*time.Millisecond {
		t.Errorf("10 reports at 100 a second took %s", took)
	}
}
