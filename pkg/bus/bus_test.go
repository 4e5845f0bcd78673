package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func connect(t testing.TB, url string) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: url, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// job is work that only looks at what comes.
func job(workers int, handle func(ctx context.Context, id report.ID, attempt int) error) bus.Job {
	return bus.Job{Name: "triage", Workers: workers, Handle: handle}
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

func TestAFollowerLearnsThatTheStreamWasReplaced(t *testing.T) {
	url := start(t)
	b := connect(t, url)
	if err := b.Announce(t.Context(), []report.Entry{accepted(1)}); err != nil {
		t.Fatal(err)
	}
	from, err := b.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.Follow(t.Context(), from, func(report.Entry, bus.Position) {}) }()
	deleteStreams(t, url)
	if err := b.Announce(t.Context(), []report.Entry{accepted(2)}); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, bus.ErrReplaced) {
			t.Errorf("follow ended with %v", err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("the follower noticed nothing")
	}
}

func TestWorkRepeatsWhatFailedAndGivesUpPoison(t *testing.T) {
	b := connect(t, start(t))
	var mu sync.Mutex
	attempts := map[report.ID][]int{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Work(ctx, job(4, func(_ context.Context, id report.ID, attempt int) error {
			mu.Lock()
			defer mu.Unlock()
			attempts[id] = append(attempts[id], attempt)
			switch {
			case id == accepted(1).ReportID() && attempt < 3:
				return errors.New("not now")
			case id == accepted(2).ReportID():
				return fmt.Errorf("%w: no use", bus.ErrPoison)
			}
			return nil
		}))
	}()
	var entries []report.Entry
	for n := range 10 {
		entries = append(entries, accepted(n))
	}
	if err := b.Announce(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(attempts) == 10 && len(attempts[accepted(1).ReportID()]) == 3
	})
	cancel()
	<-done
	for id, a := range attempts {
		if id != accepted(1).ReportID() && len(a) != 1 {
			t.Errorf("%s was attempted %v", id, a)
		}
	}
}

func TestWorkSurvivesTheLossOfTheStream(t *testing.T) {
	url := start(t)
	b := connect(t, url)
	var mu sync.Mutex
	seen := map[report.ID]bool{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Work(ctx, job(1, func(_ context.Context, id report.ID, _ int) error {
			mu.Lock()
			defer mu.Unlock()
			seen[id] = true
			return nil
		}))
	}()
	has := func(n int) func() bool {
		return func() bool {
			mu.Lock()
			defer mu.Unlock()
			return seen[accepted(n).ReportID()]
		}
	}
	for n := range 2 {
		if err := b.Announce(t.Context(), []report.Entry{accepted(n)}); err != nil {
			t.Fatal(err)
		}
		eventually(t, has(n))
		if n == 0 {
			deleteStreams(t, url)
		}
	}
	cancel()
	<-done
}

// What was fetched and not worked off would wait for half a minute before
// anybody else got it.
func TestStoppingWorksOffWhatWasFetched(t *testing.T) {
	b := connect(t, start(t))
	var entries []report.Entry
	for n := range 200 {
		entries = append(entries, accepted(n))
	}
	if err := b.Announce(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[report.ID]bool{}
	work := func(ctx context.Context, stop func()) {
		b.Work(ctx, job(2, func(_ context.Context, id report.ID, _ int) error {
			mu.Lock()
			defer mu.Unlock()
			seen[id] = true
			if len(seen) == 40 {
				stop()
			}
			return nil
		}))
	}
	first, cancel := context.WithCancel(t.Context())
	work(first, cancel)
	second, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(second, func() {})
	}()
	eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == 200
	})
	cancel()
	<-done
}

// A server that lost power brings back less than it had acknowledged, under
// the same identity.
func TestAFollowerLearnsThatTheStreamLostItsEnd(t *testing.T) {
	opts := natsOptions(t)
	first, stop := serve(t, opts)
	b := connect(t, first.ClientURL())
	if err := b.Announce(t.Context(), []report.Entry{accepted(1), accepted(2), accepted(3)}); err != nil {
		t.Fatal(err)
	}
	position, err := b.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stop()
	again, _ := serve(t, opts)
	b = connect(t, again.ClientURL())
	// The follower had read more than is there now.
	position.Last += 5
	if err := b.Follow(t.Context(), position, func(report.Entry, bus.Position) {}); !errors.Is(err, bus.ErrReplaced) {
		t.Errorf("follow ended with %v", err)
	}
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen in time")
}
