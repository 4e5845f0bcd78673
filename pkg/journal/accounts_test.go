package journal_test

import (
	"errors"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

func TestChangesOfAnAccountAreNumberedAndReadBack(t *testing.T) {
	j, _ := open(t, journal.Config{})
	at := report.Instant(time.Now())
	added := account.Change{User: "lan", N: 1, Type: account.Added, At: at, By: "console", Name: "Nguyễn Thị Lan", Role: account.Officer, Unit: "883", PasswordHash: "x"}
	disabled := account.Change{User: "lan", N: 2, Type: account.Disabled, At: at, By: "minh"}
	for _, c := range []account.Change{added, disabled} {
		if err := j.AppendChange(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.AppendChange(t.Context(), disabled); !errors.Is(err, journal.ErrConflict) {
		t.Errorf("the same number twice: %v", err)
	}
	changes, err := j.Changes(t.Context(), "lan", 0)
	if err != nil || len(changes) != 2 || changes[0] != added || changes[1] != disabled {
		t.Errorf("%+v, %v", changes, err)
	}
	names, err := j.Usernames(t.Context())
	if err != nil || len(names) != 1 || names[0] != "lan" {
		t.Errorf("%v, %v", names, err)
	}
}

func TestAnEndedSessionIsGoneAtOnceAndForGood(t *testing.T) {
	j, _ := open(t, journal.Config{})
	now := report.Instant(time.Now())
	s := account.Session{ID: "hash", User: "lan", BegunAt: now, EndsAt: now.Add(time.Hour)}
	if err := j.BeginSession(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if got, err := j.Session(t.Context(), s.ID); err != nil || got != s {
		t.Errorf("%+v, %v", got, err)
	}
	for range 2 {
		if err := j.EndSession(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Session(t.Context(), s.ID); !errors.Is(err, journal.ErrNotFound) {
			t.Errorf("an ended session: %v", err)
		}
	}
	if n, err := j.ForgetSessions(t.Context(), now.Add(2*time.Hour)); err != nil || n != 2 {
		t.Errorf("forgot %d, %v", n, err)
	}
	if _, err := j.Session(t.Context(), "unknown"); !errors.Is(err, journal.ErrNotFound) {
		t.Errorf("an unknown session: %v", err)
	}
}
