package worker_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
	"github.com/phananh/portal/services/triage/internal/worker"
)

const id = report.ID("000000000001")

var received = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// memory is a journal of one report, with faults to order.
type memory struct {
	reportErr error
	actions   []report.Action
	append    func(report.Action) error // before the append; may fail or interfere

	announceErr error
	announced   []string // by Announce
}

func (m *memory) Report(context.Context, report.ID) (report.Report, error) {
	return report.Report{ID: id, ReceivedAt: received, Place: report.Place{Commune: "30280"}}, m.reportErr
}

func (m *memory) Actions(_ context.Context, _ report.ID, after int) ([]report.Action, error) {
	return m.actions[min(after, len(m.actions)):], nil
}

func (m *memory) Append(_ context.Context, e report.Entry) error {
	if m.append != nil {
		if err := m.append(*e.Action); err != nil {
			return err
		}
	}
	if e.Action.N <= len(m.actions) {
		return journal.ErrConflict
	}
	m.actions = append(m.actions, *e.Action)
	return nil
}

func (m *memory) Announce(_ context.Context, entries ...report.Entry) error {
	for _, e := range entries {
		m.announced = append(m.announced, e.ID())
	}
	return m.announceErr
}

func newWorker(t *testing.T, m *memory) *worker.Worker {
	return &worker.Worker{
		Journal: m,
		Decide: func(in routing.Input) routing.Decision {
			return routing.Decision{Unit: "unit of " + in.Commune, Rule: routing.RuleCommune}
		},
		Desk: "desk", Version: "test", Log: embeddedtest.Log(t),
		Now: func() time.Time { return received.Add(time.Second) },
	}
}

func answered(n int) report.Action {
	return report.Action{Report: id, N: n, Type: report.Answered, At: received, Actor: report.Actor{Kind: report.Resident}, Text: "thêm"}
}

func routedBy(n int) report.Action {
	return report.Action{Report: id, N: n, Type: report.Routed, At: received, Unit: "other", Actor: report.Actor{Kind: report.System}}
}

func TestAReportIsRoutedWithItsEvidence(t *testing.T) {
	m := &memory{}
	if err := newWorker(t, m).Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if len(m.actions) != 1 {
		t.Fatalf("%d actions", len(m.actions))
	}
	a := m.actions[0]
	if a.N != 1 || a.Type != report.Routed || a.Unit != "unit of 30280" || a.Evidence.Rule != routing.RuleCommune || a.Actor.Kind != report.System {
		t.Errorf("routed as %+v", a)
	}
	if len(m.announced) != 0 {
		t.Error("the journal announces what it appends; nobody else needs to")
	}
}

func TestARoutedReportIsNotRoutedAgain(t *testing.T) {
	m := &memory{actions: []report.Action{answered(1), routedBy(2), answered(3)}}
	for attempt := range 3 {
		if err := newWorker(t, m).Route(t.Context(), id, attempt+1); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.actions) != 3 {
		t.Errorf("%d actions", len(m.actions))
	}
}

func TestAResidentsMessageBeforeRoutingDoesNotPreventIt(t *testing.T) {
	m := &memory{actions: []report.Action{answered(1), answered(2)}}
	if err := newWorker(t, m).Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if len(m.actions) != 3 || m.actions[2].N != 3 || m.actions[2].Type != report.Routed {
		t.Errorf("actions: %+v", m.actions)
	}
}

func TestTwoWorkersRouteOnce(t *testing.T) {
	m := &memory{actions: []report.Action{answered(1)}}
	raced := false
	m.append = func(a report.Action) error {
		if a.N == 2 && !raced { // the other worker is quicker
			raced = true
			m.actions = append(m.actions, routedBy(2))
		}
		return nil
	}
	if err := newWorker(t, m).Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if len(m.actions) != 2 {
		t.Errorf("actions: %+v", m.actions)
	}
}

func TestAPoisonedReportBecomesACaseOfTheDutyDesk(t *testing.T) {
	for name, poison := range map[string]func(*memory, *worker.Worker){
		"unreadable": func(m *memory, _ *worker.Worker) { m.reportErr = fmt.Errorf("%w: schema 9", journal.ErrDamaged) },
		"panic":      func(_ *memory, w *worker.Worker) { w.Decide = func(routing.Input) routing.Decision { panic("boom") } },
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			w := newWorker(t, m)
			poison(m, w)
			for attempt := 1; attempt < 5; attempt++ {
				if err := w.Route(t.Context(), id, attempt); err == nil || errors.Is(err, bus.ErrPoison) {
					t.Fatalf("attempt %d: %v", attempt, err)
				}
			}
			if err := w.Route(t.Context(), id, 5); !errors.Is(err, bus.ErrPoison) {
				t.Fatalf("last attempt: %v", err)
			}
			if len(m.actions) != 1 || m.actions[0].Unit != "desk" || m.actions[0].Evidence.Reasons[0] != "routing_failed" {
				t.Errorf("actions: %+v", m.actions)
			}
		})
	}
}

func TestAFaultOfTheDatabaseIsNeverBlamedOnTheReport(t *testing.T) {
	for _, fault := range []error{journal.ErrUnavailable, journal.ErrUnknown} {
		m := &memory{append: func(report.Action) error { return fault }}
		if err := newWorker(t, m).Route(t.Context(), id, 1000); !errors.Is(err, fault) || errors.Is(err, bus.ErrPoison) {
			t.Errorf("%v became %v", fault, err)
		}
	}
}

func TestRoutingIsNeverBeforeWhatTheResidentWroteFirst(t *testing.T) {
	written := answered(1)
	written.At = received.Add(time.Hour) // by an intake whose clock is ahead
	m := &memory{actions: []report.Action{written}}
	if err := newWorker(t, m).Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if len(m.actions) != 2 || m.actions[1].At.Before(written.At) {
		t.Errorf("actions: %+v", m.actions)
	}
}

func TestRoutingIsNeverBeforeReceiving(t *testing.T) {
	m := &memory{}
	w := newWorker(t, m)
	w.Now = func() time.Time { return received.Add(-time.Hour) }
	if err := w.Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if m.actions[0].At.Before(received) {
		t.Errorf("routed at %v", m.actions[0].At)
	}
}

// Whoever routed it may have been killed before it was announced.
func TestARoutedReportIsAnnouncedOnceMore(t *testing.T) {
	m := &memory{actions: []report.Action{answered(1), routedBy(2)}}
	if err := newWorker(t, m).Route(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.announced, []string{report.ActionEntryID(id, 2)}) {
		t.Errorf("announced %v", m.announced)
	}
	m.announceErr = fmt.Errorf("%w: away", bus.ErrUnavailable)
	if err := newWorker(t, m).Route(t.Context(), id, 1000); !errors.Is(err, bus.ErrUnavailable) || errors.Is(err, bus.ErrPoison) {
		t.Errorf("while the stream is away: %v", err)
	}
}

func TestAReportThatWasHandedOutTooOftenIsTheDutyDesks(t *testing.T) {
	for name, damage := range map[string]error{"readable": nil, "unreadable": journal.ErrDamaged} {
		m := &memory{reportErr: damage}
		if err := newWorker(t, m).Exhausted(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if len(m.actions) != 1 || m.actions[0].Unit != "desk" {
			t.Errorf("%s: actions: %+v", name, m.actions)
		}
	}
	for fault, want := range map[error]error{journal.ErrNotFound: nil, journal.ErrUnavailable: journal.ErrUnavailable} {
		m := &memory{reportErr: fault}
		if err := newWorker(t, m).Exhausted(t.Context(), id); !errors.Is(err, want) || len(m.actions) != 0 {
			t.Errorf("%v became %v with %+v", fault, err, m.actions)
		}
	}
}

func TestAReportWithDamagedActionsDoesNotCircle(t *testing.T) {
	m := &memory{actions: []report.Action{answered(1)}}
	m.append = func(report.Action) error { return fmt.Errorf("%w: action 1", journal.ErrDamaged) }
	if err := newWorker(t, m).Route(t.Context(), id, 5); !errors.Is(err, bus.ErrPoison) {
		t.Errorf("got %v", err)
	}
}
