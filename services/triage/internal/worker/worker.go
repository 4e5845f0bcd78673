// Package worker routes accepted reports: it loads one, decides which unit it
// goes to, and appends the action that says so. Any number of workers may do
// this at once: the journal takes one routed action, and a second one finds
// that the report is routed already.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
)

// maxAttempts is after how many failures a report goes to the duty desk.
const maxAttempts = 5

// Journal is what a worker needs of the journal.
type Journal interface {
	Report(ctx context.Context, id report.ID) (report.Report, error)
	Actions(ctx context.Context, id report.ID, after int) ([]report.Action, error)
	Append(ctx context.Context, e report.Entry) error
	Announce(ctx context.Context, entries ...report.Entry) error
}

// Worker routes one report at a time; it is safe for concurrent use.
type Worker struct {
	Journal Journal
	Decide  func(routing.Input) routing.Decision
	Desk    string // code of the duty desk, for what cannot be decided
	Version string // of the jurisdiction
	Log     *slog.Logger
	Now     func() time.Time
}

// Route makes sure that the report is routed. It returns nil when it is, an
// error when that has to be tried again, and bus.ErrPoison when trying again
// is of no use: the duty desk then has it, unless there is no such report or
// its actions cannot be read.
func (w *Worker) Route(ctx context.Context, id report.ID, attempt int) error {
	err := w.route(ctx, id)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrNotFound):
		// The announcement came before the majority has the entry, or the
		// entry never came. The outbox announces again what does exist.
		if attempt < maxAttempts {
			return err
		}
		return fmt.Errorf("%w: no such report: %w", bus.ErrPoison, err)
	case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown), errors.Is(err, journal.ErrConflict), errors.Is(err, bus.ErrUnavailable):
		return err // the fault is not the report's: never give up
	case attempt < maxAttempts:
		return err
	}
	if e := w.giveUp(ctx, id, err); e != nil && !errors.Is(e, journal.ErrDamaged) {
		return e
	}
	return fmt.Errorf("%w: %w", bus.ErrPoison, err)
}

// errExhausted is why a report goes to the duty desk that never let a worker
// finish with it, not even with an error.
var errExhausted = errors.New("handed out too often")

// Exhausted hands a report that was handed out too often to the duty desk.
// One that is routed already stays where it is.
func (w *Worker) Exhausted(ctx context.Context, id report.ID) error {
	_, err := w.Journal.Report(ctx, id)
	switch {
	case errors.Is(err, journal.ErrNotFound):
		return nil // it announced nothing
	case err != nil && !errors.Is(err, journal.ErrDamaged):
		return err
	}
	return w.giveUp(ctx, id, errExhausted)
}

func (w *Worker) route(ctx context.Context, id report.ID) (err error) {
	defer func() { // a report that breaks the decision must not break the worker
		if v := recover(); v != nil {
			err = fmt.Errorf("panic while routing: %v", v)
		}
	}()
	r, err := w.Journal.Report(ctx, id)
	if err != nil {
		return err
	}
	d := w.Decide(routing.Input{
		Category: r.Category, District: r.Place.District, Commune: r.Place.Commune,
		Address: r.Place.Address, Narrative: r.Narrative, Point: r.Place.Point,
	})
	failpoint.Hit(failpoint.TriageDecided)
	return w.append(ctx, r.ID, r.ReceivedAt, r.Hash(), d.Unit, d.Evidence())
}

// giveUp hands a report that cannot be routed to the humans at the duty desk.
// It does not need the report to be readable.
func (w *Worker) giveUp(ctx context.Context, id report.ID, cause error) error {
	w.Log.Error("report goes to the duty desk unrouted", "report", id, "error", cause)
	var head report.Hash
	r, err := w.Journal.Report(ctx, id)
	switch {
	case err == nil:
		head = r.Hash()
	case !errors.Is(err, journal.ErrDamaged):
		return err
	}
	return w.append(ctx, id, r.ReceivedAt, head, w.Desk, &report.Evidence{
		Rule: "failed", Method: routing.MethodNone, Reasons: []string{"routing_failed"}, Jurisdiction: w.Version,
	})
}

// append tries number 1 first, which is nearly always right. A resident may
// have written in the meantime, so that the next free number is a later one.
// One who finds the report routed tells of it once more: whoever routed it may
// have died before its announcement, and then no board knows. The stream drops
// what it was told a moment ago.
// Before and head are the time and the hash of the report.
func (w *Worker) append(ctx context.Context, id report.ID, before time.Time, head report.Hash, unit string, why *report.Evidence) error {
	for n := 1; ; n++ {
		at := report.Instant(w.Now())
		if at.Before(before) { // this machine's clock is behind that of whoever wrote last
			at = before
		}
		err := w.Journal.Append(ctx, report.Entry{Action: &report.Action{
			Report: id, N: n, Type: report.Routed, At: at,
			Actor: report.Actor{Kind: report.System}, Unit: unit, Evidence: why,
			Prev: head,
		}})
		if err == nil {
			failpoint.Hit(failpoint.TriageAppended)
			return nil
		}
		if !errors.Is(err, journal.ErrConflict) {
			return err
		}
		actions, err := w.Journal.Actions(ctx, id, n-1)
		if err != nil {
			return err
		}
		if len(actions) == 0 {
			return fmt.Errorf("%w: %s is not readable yet", journal.ErrUnknown, report.ActionEntryID(id, n))
		}
		for _, a := range actions {
			if a.Type == report.Routed {
				return w.Journal.Announce(ctx, report.Entry{Action: &a})
			}
		}
		last := actions[len(actions)-1]
		n, before, head = last.N, last.At, last.Hash()
	}
}
