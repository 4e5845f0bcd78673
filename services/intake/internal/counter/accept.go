package counter

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"time"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
	"github.com/phananh/portal/services/intake/internal/input"
)

// again is how long a failed write waits for its next attempt.
const again = 100 * time.Millisecond

// Accepted is what a resident gets for a report.
type Accepted struct {
	CaseNumber string
	Receipt    report.Receipt
	ReceivedAt time.Time
	Unit       jurisdiction.Unit // that is expected to look at it
	Urgent     bool
}

// Accept stores a submission that was normalised and checked, and returns once
// it is safe. The same key and content again give the same answer. It returns
// ErrKeyReused, ErrInFlight or ErrTryAgain otherwise.
func (c *Counter) Accept(ctx context.Context, key string, s input.Submission) (Accepted, error) {
	content, err := s.Canonical()
	if err != nil {
		return Accepted{}, fmt.Errorf("canonical form of a submission: %w", err)
	}
	receipt := c.Key.Receipt(key)
	r := s.Report()
	r.ID, r.Digest, r.ReceivedAt = c.Key.ID(receipt), c.Key.Digest(key, content), c.now()
	category, _ := c.Jurisdiction.Category(r.Category)
	r.Urgent = category.Urgent
	failpoint.Hit(failpoint.IntakeChecked)

	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stored, err := c.once(ctx, r)
	if err != nil {
		return Accepted{}, err
	}
	failpoint.Hit(failpoint.IntakeAppended)
	return c.accepted(receipt, stored), nil
}

// once stores a report. Those who send the same one while that is going on
// share its outcome: a thousand repeats cost one write. What is begun goes on
// when the one who began it hangs up.
func (c *Counter) once(ctx context.Context, r report.Report) (report.Report, error) {
	flight := c.flights.DoChan(string(r.ID)+string(r.Digest), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err := c.CheckKey(ctx); err != nil {
			return nil, err
		}
		return c.store(ctx, r)
	})
	select {
	case out := <-flight:
		if out.Err != nil {
			return report.Report{}, out.Err
		}
		return out.Val.(report.Report), nil
	case <-ctx.Done():
		return report.Report{}, fmt.Errorf("%w: %w", ErrTryAgain, ctx.Err())
	}
}

// store appends a report and returns it as the journal has it. While the
// outcome is unknown it tries again as long as a resident can be kept waiting:
// that is what a database needs to choose another primary, or to restart. An
// attempt that did succeed is met again as a conflict.
func (c *Counter) store(ctx context.Context, r report.Report) (report.Report, error) {
	for {
		err := c.Journal.Append(ctx, report.Entry{Report: &r})
		switch {
		case err == nil:
			return r, nil
		case errors.Is(err, journal.ErrConflict):
			return c.stored(ctx, r)
		case errors.Is(err, journal.ErrUnknown) && !errors.Is(err, journal.ErrFull) && pause(ctx, again):
			continue
		case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown):
			return report.Report{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
		}
		return report.Report{}, fmt.Errorf("append report %s: %w", r.ID, err)
	}
}

// stored reads a report whose ID is in the journal already. It counts only
// once a majority has it: its own writer may not know yet, and is waited for.
func (c *Counter) stored(ctx context.Context, r report.Report) (report.Report, error) {
	for {
		found, err := c.Journal.Report(ctx, r.ID)
		switch {
		case err == nil && !hmac.Equal(found.Digest, r.Digest):
			return report.Report{}, ErrKeyReused
		case err == nil:
			return found, c.remind(ctx, found)
		case errors.Is(err, journal.ErrNotFound) && pause(ctx, again):
			continue
		case errors.Is(err, journal.ErrNotFound):
			return report.Report{}, fmt.Errorf("%w: %w", ErrInFlight, err)
		case errors.Is(err, journal.ErrUnavailable):
			return report.Report{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
		case errors.Is(err, journal.ErrDamaged):
			return report.Report{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		return report.Report{}, fmt.Errorf("read repeated report %s: %w", r.ID, err)
	}
}

// remind sees to it that a stored report is announced if no unit has it yet:
// its first writer may have been killed with the marker unwritten.
func (c *Counter) remind(ctx context.Context, found report.Report) error {
	first, err := c.Journal.Action(ctx, found.ID, 1)
	switch {
	case err == nil && first.Type == report.Routed, errors.Is(err, journal.ErrDamaged):
		return nil
	case err == nil, errors.Is(err, journal.ErrNotFound): // it may be routed by a later action; then this does no harm
		err = c.Journal.Remind(ctx, report.Entry{Report: &found})
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTryAgain, err)
	}
	return nil
}

// pause waits, and says whether ctx left time for it.
func pause(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < 2*d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Confirm gives the answer of Accept again, to whoever has the receipt. It
// returns ErrUnknownReceipt, ErrUnreadable or ErrTryAgain otherwise.
func (c *Counter) Confirm(ctx context.Context, receipt report.Receipt) (Accepted, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := c.open(ctx, receipt)
	if err != nil {
		return Accepted{}, err
	}
	if found.Report.Damaged { // which unit it went to follows from its text
		return Accepted{}, unreadable(found)
	}
	return c.accepted(receipt, found.Report), nil
}

func (c *Counter) accepted(receipt report.Receipt, r report.Report) Accepted {
	decision := c.router.Decide(routing.Input{
		Category: r.Category, District: r.Place.District, Commune: r.Place.Commune,
		Address: r.Place.Address, Narrative: r.Narrative, Point: r.Place.Point,
	})
	return Accepted{
		CaseNumber: r.ID.CaseNumber(c.Jurisdiction.Prefix()), Receipt: receipt,
		ReceivedAt: r.ReceivedAt, Unit: c.unit(decision.Unit), Urgent: r.Urgent,
	}
}

// unit returns a unit, by its bare code if the data no longer know it.
func (c *Counter) unit(code string) jurisdiction.Unit {
	if u, ok := c.Jurisdiction.Unit(code); ok {
		return u
	}
	return jurisdiction.Unit{Code: code, Name: jurisdiction.Text{Vi: code, En: code}}
}
