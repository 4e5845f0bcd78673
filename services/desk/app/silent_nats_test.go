package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// NATS is a hint: while it is connected and says nothing, officers work on as
// if it were not there, also on cases of which their queue is behind.
func TestASilentNATSHoldsUpNoOfficer(t *testing.T) {
	w := newWorld(t)
	w.account("lan", account.Officer, "883")
	r := w.report("883")
	var wire line
	w.engines.NATS = wire.through(t, w.engines.NATS)
	w.journal, w.bus = w.connect()
	w.checkpoint = ""
	w.start()
	lan := w.loginAs("lan")
	lan.sees("", 1)
	elsewhere, err := journal.Open(journal.Config{URI: w.engines.MongoDB, Database: embeddedtest.Database, Announcer: deaf{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = elsewhere.Close(context.Background()) }()
	wire.silence()
	found, err := elsewhere.Case(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	asked := report.Action{
		Report: r.ID, N: found.Last + 1, Type: report.Answered, At: report.Instant(time.Now()), Prev: found.Head(),
		Actor: report.Actor{Kind: report.Resident}, Text: "Bao giờ có kết quả?",
	}
	if err := elsewhere.Append(t.Context(), report.Entry{Action: &asked}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if got := lan.act(w.number(r), map[string]any{"type": "claim", "expect": asked.N}); got.status != http.StatusCreated {
		t.Errorf("claim: %d %s", got.status, got.body)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("took %v", took)
	}
}
