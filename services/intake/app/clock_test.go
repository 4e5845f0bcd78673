package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

const day = 24 * time.Hour

func TestAClockThatJumpsByADayLeavesEveryCaseInOrder(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"backwards": -day, "forwards": day} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			first := into[accepted](t, s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated))
			id, err := report.ParseCaseNumber("AG", first.CaseNumber)
			if err != nil {
				t.Fatal(err)
			}
			s.act(t, id, report.Action{Type: report.Routed, Actor: triage, Unit: "883"})

			s.shift.Store(int64(jump))
			again := into[accepted](t, s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated))
			if again != first {
				t.Errorf("the same report got another answer: %+v, %+v", first, again)
			}
			s.post(t, "/api/v1/track/messages", `{"receipt":"`+first.Receipt+`","text":"Xe màu đỏ"}`).expect(t, http.StatusCreated)
			other := into[accepted](t, s.post(t, "/api/v1/reports", good, "Idempotency-Key", key2).expect(t, http.StatusCreated))
			if !other.ReceivedAt.Equal(evening.Add(jump)) {
				t.Errorf("received at %v", other.ReceivedAt)
			}

			s.shift.Store(0)
			for _, a := range []accepted{first, other} {
				s.post(t, "/api/v1/track/messages", `{"receipt":"`+a.Receipt+`","text":"Biển số 67"}`).expect(t, http.StatusCreated)
				s.post(t, "/api/v1/track", `{"receipt":"`+a.Receipt+`"}`).expect(t, http.StatusOK)
				id, err := report.ParseCaseNumber("AG", a.CaseNumber)
				if err != nil {
					t.Fatal(err)
				}
				found, err := s.journal.Case(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				last := found.Report.ReceivedAt
				for _, action := range found.Actions {
					if action.At.Before(last) {
						t.Errorf("action %d at %v, after one at %v", action.N, action.At, last)
					}
					last = action.At
				}
			}
		})
	}
}

func TestWhatHappenedInTheFutureIsRefusedByTheServicesClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	at := func(when time.Time) string {
		return strings.Replace(good, `"place"`, `"occurred_at":"`+when.Format(time.RFC3339)+`","place"`, 1)
	}
	send := func(when time.Time) answer {
		return s.post(t, "/api/v1/reports", at(when), "Idempotency-Key", key1, "Accept-Language", "en")
	}
	for _, when := range []time.Time{evening.Add(6 * time.Minute), evening.AddDate(100, 0, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)} {
		got := into[problem](t, send(when).expect(t, http.StatusUnprocessableEntity))
		if len(got.Errors) != 1 || got.Errors[0].Field != "occurred_at" || got.Errors[0].Code != "future" {
			t.Errorf("%v: %+v", when, got)
		}
	}
	s.shift.Store(int64(-day)) // ours is wrong: it is said, nothing is stored, and it can be sent again
	send(evening).expect(t, http.StatusUnprocessableEntity)
	s.shift.Store(0)
	send(evening.Add(4*time.Minute)).expect(t, http.StatusCreated)
	if found := s.stored(t); found.Reports != 1 {
		t.Errorf("%d reports", found.Reports)
	}
}
