package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/report"
)

// The servers that tests run in this process leave some of their own behind.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"),
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*fileStore).flushStreamStateLoop"))
}

func connect(t testing.TB, url string) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: url, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func accepted(n int) report.Entry {
	return report.Entry{Report: &report.Report{
		ID: report.ID(fmt.Sprintf("%012d", n)), Category: "theft", Urgent: true, Narrative: "not announced",
		Place:      report.Place{District: "883", Commune: "30280", Address: "not announced"},
		Contact:    report.Contact{Phone: "not announced"},
		ReceivedAt: report.Instant(time.Now()),
	}}
}

func claimed(id report.ID) report.Entry {
	return report.Entry{Action: &report.Action{
		Report: id, N: 2, Type: report.Claimed, At: report.Instant(time.Now()), Text: "not announced",
		Actor: report.Actor{Kind: report.Staff, User: "lan", Name: "not announced"}, Unit: "883",
	}}
}

// collector gathers what a follower hands over.
type collector struct {
	mu   sync.Mutex
	seen []report.Entry
}

func (c *collector) add(e report.Entry, _ bus.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, e)
}

func (c *collector) entries() []report.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]report.Entry(nil), c.seen...)
}

// reports is the accepted reports seen so far, without repeats.
func (c *collector) reports() map[report.ID]bool {
	ids := map[report.ID]bool{}
	for _, e := range c.entries() {
		if e.Report != nil {
			ids[e.Report.ID] = true
		}
	}
	return ids
}

func TestAnnouncementsArriveInOrderOnceAndWithoutAnythingWritten(t *testing.T) {
	b := connect(t, start(t))
	if err := b.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	from, err := b.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := accepted(1)
	second := claimed(first.ReportID())
	for range 3 { // repeats are dropped by the server
		if err := b.Announce(t.Context(), []report.Entry{first, second}); err != nil {
			t.Fatal(err)
		}
	}
	var got collector
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Follow(ctx, from, got.add) }()
	eventually(t, func() bool { return len(got.entries()) >= 2 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("follow ended with %v", err)
	}
	entries := got.entries()
	if len(entries) != 2 {
		t.Fatalf("%d announcements", len(entries))
	}
	r, a := entries[0].Report, entries[1].Action
	if r == nil || r.ID != first.Report.ID || r.Category != "theft" || !r.Urgent || r.Place.Commune != "30280" || !r.ReceivedAt.Equal(first.Report.ReceivedAt) {
		t.Errorf("report arrived as %+v", r)
	}
	if r.Narrative != "" || r.Place.Address != "" || !r.Contact.Anonymous() {
		t.Errorf("announced what a resident wrote: %+v", r)
	}
	if a == nil || a.N != 2 || a.Type != report.Claimed || a.Actor.User != "lan" || a.Actor.Name != "" || a.Text != "" {
		t.Errorf("action arrived as %+v", a)
	}
}

func TestAnnounceCreatesTheMissingStream(t *testing.T) {
	b := connect(t, start(t))
	if err := b.Announce(t.Context(), []report.Entry{accepted(1)}); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Position(t.Context()); err != nil || p.Last != 1 {
		t.Errorf("position %+v, %v", p, err)
	}
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen in time")
}

func TestAMalformedAddressDoesNotShowItsPassword(t *testing.T) {
	for _, address := range []string{"nats://user:hunter2@host:bad", "nats://user:hunter2/x@host", "nats://user:hunter2@[::1"} {
		b, err := bus.Connect(bus.Config{URL: address, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			b.Close()
			continue // it is none to NATS
		}
		if strings.Contains(err.Error(), "hunter") {
			t.Errorf("%v", err)
		}
	}
}
