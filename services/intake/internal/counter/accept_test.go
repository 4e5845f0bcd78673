package counter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// memory is a journal of reports, with faults to order.
type memory struct {
	mu       sync.Mutex
	reports  map[report.ID]report.Report
	actions  map[string]report.Action
	appends  int
	reminded []report.ID

	append func(n int, store func() error) error // the nth append; nil: store
	hidden bool                                  // reports are not readable with majority
	remind error
}

func (m *memory) Append(_ context.Context, e report.Entry) error {
	m.mu.Lock()
	m.appends++
	n := m.appends
	m.mu.Unlock()
	store := func() error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if _, taken := m.reports[e.Report.ID]; taken {
			return journal.ErrConflict
		}
		m.reports[e.Report.ID] = *e.Report
		return nil
	}
	if m.append != nil {
		return m.append(n, store)
	}
	return store()
}

func (m *memory) Remind(_ context.Context, entries ...report.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range entries {
		m.reminded = append(m.reminded, e.ReportID())
	}
	return m.remind
}

func (m *memory) Report(_ context.Context, id report.ID) (report.Report, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.reports[id]
	if !ok || m.hidden {
		return report.Report{}, journal.ErrNotFound
	}
	return r, nil
}

func (m *memory) Action(_ context.Context, id report.ID, n int) (report.Action, error) {
	a, ok := m.actions[report.ActionEntryID(id, n)]
	if !ok {
		return report.Action{}, journal.ErrNotFound
	}
	return a, nil
}

func (*memory) Salvage(context.Context, report.ID) (report.Case, error) {
	return report.Case{}, journal.ErrNotFound
}

func (*memory) Pin(context.Context, string, []byte) error { return nil }

func newCounter(t *testing.T, m *memory) *counter.Counter {
	t.Helper()
	m.reports, m.actions = map[report.ID]report.Report{}, map[string]report.Action{}
	key, err := report.NewKey(bytes.Repeat([]byte{7}, report.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	places, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	return counter.New(counter.Config{Journal: m, Jurisdiction: places, Key: key, Now: time.Now})
}

var theft = input.Submission{
	Category: "theft", Narrative: "Mất một chiếc xe máy trước cổng chợ.",
	Place: input.Place{Commune: "30280"}, Language: "vi",
}

const submission = "submission-00000001"

func TestAnUnknownOutcomeIsTriedAgainUntilItIsKnown(t *testing.T) {
	for name, landed := range map[string]bool{"it had been written": true, "it had not": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &memory{append: func(n int, store func() error) error {
					if n > 2 {
						return store()
					}
					if landed && n == 1 {
						_ = store()
					}
					return fmt.Errorf("%w: connection lost", journal.ErrUnknown)
				}}
				c := newCounter(t, m)
				got, err := c.Accept(t.Context(), submission, theft)
				if err != nil || len(m.reports) != 1 || m.appends != 3 {
					t.Fatalf("%v, %d reports after %d appends", err, len(m.reports), m.appends)
				}
				if again, err := c.Accept(t.Context(), submission, theft); err != nil || again != got {
					t.Errorf("the repeat got %+v, %v instead of %+v", again, err, got)
				}
				// What was stored by an attempt without an answer may lack its marker.
				if landed && len(m.reminded) == 0 {
					t.Error("nobody will announce it")
				}
			})
		})
	}
}

func TestNobodyWaitsLongerThanThreeSecondsForADatabaseThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{append: func(int, func() error) error {
			time.Sleep(700 * time.Millisecond)
			return journal.ErrUnknown
		}}
		begun := time.Now()
		_, err := newCounter(t, m).Accept(t.Context(), submission, theft)
		if took := time.Since(begun); !errors.Is(err, counter.ErrTryAgain) || took > 3*time.Second || took < 2*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		time.Sleep(time.Second) // the attempt that was still going on ends
	})
}

func TestAFullDiskAndAFullQueueAreSaidAtOnce(t *testing.T) {
	for _, fault := range []error{journal.ErrUnavailable, fmt.Errorf("%w: %w", journal.ErrUnknown, journal.ErrFull)} {
		m := &memory{append: func(int, func() error) error { return fault }}
		if _, err := newCounter(t, m).Accept(t.Context(), submission, theft); !errors.Is(err, counter.ErrTryAgain) || m.appends != 1 {
			t.Errorf("%v: %v after %d appends", fault, err, m.appends)
		}
	}
}

func TestAReportThatAnotherProcessIsStoringIsWaitedForAndThenSaidToBeInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hidden: true}
		c := newCounter(t, m)
		if _, err := c.Accept(t.Context(), submission, theft); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Accept(t.Context(), submission, theft); !errors.Is(err, counter.ErrInFlight) {
			t.Errorf("got %v", err)
		}
		go func() {
			time.Sleep(time.Second)
			m.mu.Lock()
			defer m.mu.Unlock()
			m.hidden = false
		}()
		if _, err := c.Accept(t.Context(), submission, theft); err != nil {
			t.Errorf("it became readable: %v", err)
		}
		synctest.Wait()
	})
}

func TestOneSubmissionSentManyTimesAtOnceIsStoredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{append: func(_ int, store func() error) error {
			time.Sleep(100 * time.Millisecond)
			return store()
		}}
		c := newCounter(t, m)
		other := theft
		other.Narrative = "Một chuyện khác dưới cùng một khóa."
		const many = 1000
		answers := make([]counter.Accepted, many)
		refused := make([]error, many)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				s := theft
				if i == many/2 {
					s = other
				}
				answers[i], refused[i] = c.Accept(t.Context(), submission, s)
			})
		}
		all.Wait()
		if len(m.reports) != 1 || m.appends > 2 {
			t.Errorf("%d reports after %d appends", len(m.reports), m.appends)
		}
		reused := 0
		kinds := map[counter.Accepted]int{}
		for i := range many {
			if errors.Is(refused[i], counter.ErrKeyReused) {
				reused++
				continue
			}
			kinds[answers[i]]++
		}
		if len(kinds) != 1 || reused != 1 && reused != many-1 { // whichever came first has the key
			t.Errorf("%d different answers, %d refused", len(kinds), reused)
		}
	})
}

func TestWhoHangsUpDoesNotStopWhatOthersWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{append: func(_ int, store func() error) error {
			time.Sleep(time.Second)
			return store()
		}}
		c := newCounter(t, m)
		ctx, hangUp := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := c.Accept(ctx, submission, theft)
			gone <- err
		}()
		synctest.Wait()
		hangUp()
		if err := <-gone; !errors.Is(err, counter.ErrTryAgain) {
			t.Errorf("who hung up: %v", err)
		}
		if _, err := c.Accept(t.Context(), submission, theft); err != nil || m.appends != 1 {
			t.Errorf("who stayed: %v after %d appends", err, m.appends)
		}
	})
}

func TestAnAnswerIsNotGivenWhileNobodyWouldAnnounceTheReport(t *testing.T) {
	m := &memory{remind: journal.ErrUnknown}
	c := newCounter(t, m)
	if _, err := c.Accept(t.Context(), submission, theft); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Accept(t.Context(), submission, theft); !errors.Is(err, counter.ErrTryAgain) {
		t.Errorf("got %v", err)
	}
	for id := range m.reports {
		m.actions[report.ActionEntryID(id, 1)] = report.Action{Report: id, N: 1, Type: report.Routed}
	}
	if _, err := c.Accept(t.Context(), submission, theft); err != nil {
		t.Errorf("a routed report needs no reminder: %v", err)
	}
}
