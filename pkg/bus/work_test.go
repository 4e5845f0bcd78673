package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

// job is work that only looks at what comes.
func job(workers int, handle func(ctx context.Context, id report.ID, attempt int) error) bus.Job {
	return bus.Job{Name: "triage", Workers: workers, Handle: handle}
}

func TestWorkRepeatsWhatFailedAndGivesUpPoison(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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

// log of who was asked to handle what, over all processes of a test.
type tally struct {
	mu       sync.Mutex
	attempts map[report.ID][]int
}

func (l *tally) note(id report.ID, attempt int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attempts == nil {
		l.attempts = map[report.ID][]int{}
	}
	l.attempts[id] = append(l.attempts[id], attempt)
}

func (l *tally) of(id report.ID) []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.attempts[id])
}

func (l *tally) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.attempts)
}

// background works until the test ends.
func background(t *testing.T, b *bus.Bus, j bus.Job) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Work(ctx, j)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

func announce(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	var entries []report.Entry
	for n := from; n < to; n++ {
		entries = append(entries, accepted(n))
	}
	if err := b.Announce(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func TestASlowHandlerKeepsItsReport(t *testing.T) {
	t.Parallel()
	url := start(t)
	var seen tally
	var done atomic.Int32
	slow := job(8, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		time.Sleep(3 * time.Second)
		done.Add(1)
		return nil
	})
	slow.AckWait = 1200 * time.Millisecond
	first := connect(t, url)
	background(t, first, slow)
	background(t, connect(t, url), slow)
	announce(t, first, 0, 20) // more than there are workers
	eventually(t, func() bool { return done.Load() >= 20 })
	for n := range 20 {
		if got := seen.of(accepted(n).ReportID()); !slices.Equal(got, []int{1}) {
			t.Errorf("report %d was handed out %v", n, got)
		}
	}
}

func TestNoReportWaitsForABusyProcessWhileAnotherIsIdle(t *testing.T) {
	t.Parallel()
	url := start(t)
	stuck, busy := make(chan struct{}), make(chan struct{}, 1)
	t.Cleanup(func() { close(stuck) }) // runs after the workers are told to stop
	first, second := connect(t, url), connect(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		first.Work(ctx, job(1, func(context.Context, report.ID, int) error {
			busy <- struct{}{}
			<-stuck
			return nil
		}))
	}()
	t.Cleanup(func() { cancel(); stuck <- struct{}{}; <-ended })
	announce(t, first, 0, 1)
	<-busy
	var seen tally
	background(t, second, job(1, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return nil
	}))
	announce(t, first, 1, 500)
	begun := time.Now()
	eventually(t, func() bool { return seen.len() == 499 })
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAProcessThatDiedOverAReportDoesNotKeepIt(t *testing.T) {
	t.Parallel()
	url := start(t)
	died := connect(t, url)
	announce(t, died, 0, 1)
	js := operator(t, url)
	j := job(1, nil)
	j.AckWait = time.Second
	var seen tally
	j.Handle = func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	died.Work(ctx, j) // fetches nothing
	consumer, err := js.CreateOrUpdateConsumer(t.Context(), "PHANANH", jetstream.ConsumerConfig{
		Durable: j.Name, FilterSubject: "phananh.v1.report", AckPolicy: jetstream.AckExplicitPolicy, AckWait: j.AckWait,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := consumer.Next(); err != nil { // and is never heard of again
		t.Fatal(err)
	}
	living := connect(t, url)
	background(t, living, j)
	eventually(t, func() bool { return seen.len() == 1 })
	if got := seen.of(accepted(0).ReportID()); !slices.Equal(got, []int{2}) {
		t.Errorf("handed out %v", got)
	}
	if c := living.Counts(); c.Delivered != 1 || c.Redelivered != 1 {
		t.Errorf("counts: %+v", c)
	}
}

// While reports are worked on, consumer and stream are lost again and again.
// What was in a lost stream is announced anew, as the boards do.
func TestWorkGoesOnWhateverIsLost(t *testing.T) {
	t.Parallel()
	url := start(t)
	b := connect(t, url)
	js := operator(t, url)
	var seen tally
	handle := func(_ context.Context, id report.ID, attempt int) error {
		time.Sleep(5 * time.Millisecond)
		seen.note(id, attempt)
		return nil
	}
	background(t, b, job(4, handle))
	background(t, connect(t, url), job(4, handle))
	const rounds, each = 6, 100
	for round := range rounds {
		announce(t, b, round*each, (round+1)*each)
		eventually(t, func() bool { return seen.len() > round*each+each/4 })
		lost := time.Now()
		if round%2 == 0 {
			if err := js.DeleteConsumer(t.Context(), "PHANANH", "triage"); err != nil {
				t.Fatal(err)
			}
		} else {
			deleteStreams(t, url)
			var again []report.Entry
			for n := range (round + 1) * each {
				if id := accepted(n).ReportID(); len(seen.of(id)) == 0 {
					again = append(again, accepted(n))
				}
			}
			if err := b.Announce(t.Context(), again); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, func() bool { return seen.len() == (round+1)*each })
		if took := time.Since(lost); took > 10*time.Second {
			t.Errorf("round %d: back to work after %v", round, took)
		}
	}
}
