package worker_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
	"github.com/phananh/portal/services/triage/internal/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// process is what one triage process consists of, on real engines.
type process struct {
	bus     *bus.Bus
	journal *journal.Journal
	worker  *worker.Worker

	mu     sync.Mutex
	routed map[report.ID]time.Time // handled without an error
}

func newProcess(t *testing.T, engines embeddedtest.Engines) *process {
	t.Helper()
	log := embeddedtest.Log(t)
	b, err := bus.Connect(bus.Config{URL: engines.NATS, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	j, err := journal.Open(journal.Config{URI: engines.MongoDB, Database: embeddedtest.Database, Announcer: b, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close(context.Background()) })
	p := &process{bus: b, journal: j, routed: map[report.ID]time.Time{}}
	p.worker = &worker.Worker{
		Journal: j, Desk: "desk", Version: "test", Log: log, Now: time.Now,
		Decide: func(in routing.Input) routing.Decision {
			if in.Narrative == poison {
				panic("cannot be decided")
			}
			return routing.Decision{Unit: "unit", Rule: routing.RuleCommune}
		},
	}
	return p
}

const poison = "Nội dung làm hỏng việc phân luồng."

// work routes what is announced until the test ends.
func (p *process) work(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.bus.Work(ctx, bus.Job{Name: "triage", Workers: 64, Exhausted: p.worker.Exhausted,
			Handle: func(ctx context.Context, id report.ID, attempt int) error {
				err := p.worker.Route(ctx, id, attempt)
				if err == nil {
					p.mu.Lock()
					defer p.mu.Unlock()
					p.routed[id] = time.Now()
				}
				return err
			}})
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// last is when the last of the reports was routed; false until all are.
func (p *process) last(ids []report.ID) (last time.Time, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		at, ok := p.routed[id]
		if !ok {
			return time.Time{}, false
		}
		if at.After(last) {
			last = at
		}
	}
	return last, true
}

// store appends reports without telling anybody.
func store(t *testing.T, engines embeddedtest.Engines, from, to int, narrative string) (ids []report.ID, entries []report.Entry) {
	t.Helper()
	j, err := journal.Open(journal.Config{
		URI: engines.MongoDB, Database: embeddedtest.Database, Announcer: mute{}, Log: embeddedtest.Log(t), SweepEvery: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close(t.Context()) }()
	outcomes := make(chan error, to-from)
	for n := from; n < to; n++ {
		r := report.Report{
			ID: report.ID(fmt.Sprintf("%012d", n)), Category: "theft", Narrative: narrative,
			Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: report.Instant(time.Now()),
		}
		ids, entries = append(ids, r.ID), append(entries, report.Entry{Report: &r})
		go func() { outcomes <- j.Append(context.Background(), report.Entry{Report: &r}) }()
	}
	for range cap(outcomes) {
		if err := <-outcomes; err != nil {
			t.Fatal(err)
		}
	}
	return ids, entries
}

type mute struct{}

func (mute) Announce(context.Context, []report.Entry) error { return nil }

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen in time")
}

// What cannot be routed is at the duty desk soon, and nobody else waits for it.
func TestPoisonAmongAThousandReportsDelaysNobody(t *testing.T) {
	engines := embeddedtest.Start(t)
	p := newProcess(t, engines)
	warm, warming := store(t, engines, 0, 200, "Mất xe máy trước chợ.")
	clean, cleanEntries := store(t, engines, 1000, 2000, "Mất xe máy trước chợ.")
	beside, besideEntries := store(t, engines, 2000, 3000, "Mất xe máy trước chợ.")
	broken, brokenEntries := store(t, engines, 3000, 3001, poison)
	p.work(t)

	run := func(ids []report.ID, parts ...[]report.Entry) time.Duration {
		begun := time.Now()
		for _, entries := range parts {
			if err := p.bus.Announce(t.Context(), entries); err != nil {
				t.Fatal(err)
			}
		}
		var last time.Time
		eventually(t, func() (all bool) { last, all = p.last(ids); return all })
		return last.Sub(begun)
	}
	run(warm, warming)
	without := run(clean, cleanEntries)

	begun := time.Now()
	engines.Publish(t, "phananh.v1.report", []byte("\x00{not a report"))
	missing := report.Report{ID: "999999999999", ReceivedAt: report.Instant(begun)}
	with := run(beside, append(brokenEntries, report.Entry{Report: &missing}), besideEntries)
	t.Logf("1,000 reports routed in %v, beside poison in %v: ratio %.2f", without, with, with.Seconds()/without.Seconds())
	if with > 3*without+500*time.Millisecond {
		t.Errorf("1,000 reports took %v beside poison, %v without", with, without)
	}

	eventually(t, func() bool { return p.bus.Counts().Terminated == 3 })
	t.Logf("the poison was dealt with after %v", time.Since(begun))
	actions, err := p.journal.Actions(t.Context(), broken[0], 0)
	if err != nil || len(actions) != 1 || actions[0].Unit != "desk" || actions[0].Type != report.Routed {
		t.Errorf("the poison became %+v, %v", actions, err)
	}
	if actions, err := p.journal.Actions(t.Context(), missing.ID, 0); err != nil || len(actions) != 0 {
		t.Errorf("a report that does not exist became %+v, %v", actions, err)
	}
}

func TestAnnouncementsRepeatedAndShuffledRouteOnce(t *testing.T) {
	engines := embeddedtest.Start(t)
	first, second := newProcess(t, engines), newProcess(t, engines)
	ids, entries := store(t, engines, 0, 300, "Mất xe máy trước chợ.")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	order := rand.New(rand.NewPCG(seed, 0))
	var deliveries []func() error
	for _, e := range entries {
		for copy := range 5 { // each under another ID, so that the stream keeps them all
			deliveries = append(deliveries, func() error {
				return first.bus.AnnounceAgain(t.Context(), fmt.Sprint(copy), e)
			})
		}
	}
	order.Shuffle(len(deliveries), func(i, k int) { deliveries[i], deliveries[k] = deliveries[k], deliveries[i] })
	if err := first.bus.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	first.work(t)
	second.work(t)
	for _, deliver := range deliveries {
		if err := deliver(); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func() bool {
		return first.bus.Counts().Delivered+second.bus.Counts().Delivered >= uint64(len(deliveries))
	})
	eventually(t, func() bool {
		for _, id := range ids {
			first.mu.Lock()
			_, a := first.routed[id]
			first.mu.Unlock()
			second.mu.Lock()
			_, b := second.routed[id]
			second.mu.Unlock()
			if !a && !b {
				return false
			}
		}
		return true
	})
	if first.bus.Counts().Delivered == 0 || second.bus.Counts().Delivered == 0 {
		t.Error("one process did all the work: nothing was shown")
	}
	routed := map[report.ID]int{}
	scanned, err := first.journal.Scan(t.Context(), func(e report.Entry) error {
		if e.Action != nil {
			routed[e.Action.Report]++
		}
		return nil
	})
	if err != nil || scanned.Actions != len(ids) || len(routed) != len(ids) {
		t.Errorf("%d reports, %d of them routed, %d actions, %v", len(ids), len(routed), scanned.Actions, err)
	}
}
