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

// deaf announces to nobody, and believes that it did.
type deaf struct{}

func (deaf) Announce(context.Context, []report.Entry) error { return nil }

// A writer may be killed after it stored an action and before anybody heard of
// it. Whoever opens the case sees the action; the queues must not disagree.
func TestACaseThatIsAheadOfItsQueueBringsEveryQueueUpToIt(t *testing.T) {
	w := newWorld(t)
	lan := w.login("lan", account.Officer, "883")
	r := w.report("883")
	n := w.number(r)
	lan.sees("", 1)
	w.checkpoint = ""
	first := w.desk
	w.start()
	other := w.loginAs("lan") // at another replica
	w.desk = first

	lost, err := journal.Open(journal.Config{URI: w.engines.MongoDB, Database: embeddedtest.Database, Announcer: deaf{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lost.Close(context.Background()) }()
	found, err := lost.Case(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	claimed := report.Action{
		Report: r.ID, N: found.Last + 1, Type: report.Claimed, At: report.Instant(time.Now()), Prev: found.Head(),
		Actor: report.Actor{Kind: report.Staff, User: "lan", Name: "Đồng chí lan", Unit: "883"},
	}
	if err := lost.Append(t.Context(), report.Entry{Action: &claimed}); err != nil {
		t.Fatal(err)
	}
	if p := lan.sees("", 1); p.Cases[0].State != "routed" {
		t.Fatalf("the test is of no use: the queue knows already: %+v", p.Cases[0])
	}
	// Acting on what the queue shows is a conflict, after which it is right.
	lan.refused(n, map[string]any{"type": "claim", "expect": found.Last}, http.StatusConflict, "conflict")
	for _, officer := range []*client{lan, other} {
		eventually(t, "the queue agrees with the case", func() bool { return officer.sees("", 1).Cases[0].State == "claimed" })
	}
}
