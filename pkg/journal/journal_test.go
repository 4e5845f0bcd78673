package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// recorder remembers what was announced, and can be told to fail.
type recorder struct {
	mu   sync.Mutex
	err  error
	seen map[string]int
}

func (r *recorder) Announce(_ context.Context, entries []report.Entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	for _, e := range entries {
		r.seen[e.ID()]++
	}
	return nil
}

func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *recorder) count(id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[id]
}

// total is how many different entries were announced.
func (r *recorder) total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

func open(t *testing.T, cfg journal.Config) (*journal.Journal, *recorder) {
	t.Helper()
	rec := &recorder{seen: map[string]int{}}
	cfg.Database, cfg.Announcer, cfg.Log = embeddedtest.Database, rec, embeddedtest.Log(t)
	if cfg.URI == "" {
		cfg.URI = embeddedtest.Start(t).MongoDB
	}
	j, err := journal.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return j, rec
}

func key(t testing.TB) report.Key {
	k, err := report.NewKey(make([]byte, report.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sample(t testing.TB, n int) report.Report {
	submission := fmt.Sprintf("submission-%08d", n)
	k := key(t)
	return report.Report{
		ID:         k.ID(k.Receipt(submission)),
		Digest:     k.Digest(submission, nil),
		Category:   "theft",
		Narrative:  "Mất một chiếc xe máy trước cổng chợ.",
		Place:      report.Place{Commune: "30280", Point: &report.Point{Lat: 10.38, Lon: 105.43}},
		Contact:    report.Contact{Phone: "0900000000"},
		Language:   "vi",
		ReceivedAt: report.Instant(time.Now()),
	}
}

func routed(r report.Report, n int) report.Action {
	return report.Action{
		Report: r.ID, N: n, Type: report.Routed, At: report.Instant(time.Now()),
		Actor: report.Actor{Kind: report.System}, Unit: "883",
		Evidence: &report.Evidence{Rule: "commune", Method: "chosen", Confidence: 1, Reasons: []string{"x"}},
	}
}

func TestAppendIsReadBack(t *testing.T) {
	j, _ := open(t, journal.Config{})
	r := sample(t, 1)
	a := routed(r, 1)
	for _, e := range []report.Entry{{Report: &r}, {Action: &a}} {
		if err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	c, err := j.Case(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != report.StateRouted || c.Unit != "883" || c.Last != 1 {
		t.Errorf("case is %+v", c.Status)
	}
	if got := c.Report; got.Narrative != r.Narrative || *got.Place.Point != *r.Place.Point || got.Contact != r.Contact || !got.ReceivedAt.Equal(r.ReceivedAt) {
		t.Errorf("report came back as %+v", got)
	}
	s, err := j.Scan(t.Context(), func(report.Entry) error { return nil })
	if err != nil || s.Reports != 1 || s.Actions != 1 || len(s.Damaged) != 0 {
		t.Errorf("scan: %+v, %v", s, err)
	}
}

func TestOneOfManyWritersOfAnEntryWins(t *testing.T) {
	j, _ := open(t, journal.Config{})
	for round := range 5 {
		r := sample(t, round)
		if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
			t.Fatal(err)
		}
		var won, lost int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				a := routed(r, 1)
				err := j.Append(t.Context(), report.Entry{Action: &a})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case errors.Is(err, journal.ErrConflict):
					lost++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || lost != 63 {
			t.Errorf("round %d: %d won, %d lost", round, won, lost)
		}
	}
}

func TestEntriesAreAnnouncedAndTheOutboxEmpties(t *testing.T) {
	j, rec := open(t, journal.Config{})
	for i := range 100 {
		r := sample(t, i)
		if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func() bool {
		for i := range 100 {
			r := sample(t, i)
			if rec.count(string(r.ID)) == 0 {
				return false
			}
		}
		n, err := j.OutboxSize(t.Context())
		return err == nil && n == 0
	})
}

func TestTheSweeperAnnouncesWhatCouldNotBeAnnounced(t *testing.T) {
	j, rec := open(t, journal.Config{SweepEvery: 50 * time.Millisecond, SweepAfter: time.Millisecond})
	rec.fail(errors.New("away"))
	r := sample(t, 1)
	if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
		t.Fatal("an entry must be accepted without the announcer:", err)
	}
	if n, err := j.OutboxSize(t.Context()); err != nil || n != 1 {
		t.Fatalf("outbox holds %d, %v", n, err)
	}
	rec.fail(nil)
	eventually(t, func() bool {
		n, err := j.OutboxSize(t.Context())
		return err == nil && n == 0 && rec.count(string(r.ID)) > 0
	})
}

func TestUnreachableDatabaseIsSaidInTime(t *testing.T) {
	rec := &recorder{seen: map[string]int{}}
	j, err := journal.Open(journal.Config{URI: "mongodb://127.0.0.1:1/", Database: "x", Announcer: rec, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close(context.Background()) }()
	r := sample(t, 1)
	begun := time.Now()
	if err := j.Append(t.Context(), report.Entry{Report: &r}); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen in time")
}
