package counter

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
	"github.com/phananh/portal/services/intake/internal/input"
)

// reminder bounds the second attempt at announcing a report, which is worth
// less than a prompt answer.
const reminder = 500 * time.Millisecond

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
// ErrKeyReused or ErrTryAgain otherwise.
func (c *Counter) Accept(ctx context.Context, key string, s input.Submission) (Accepted, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := c.CheckKey(ctx); err != nil {
		return Accepted{}, err
	}
	content, err := s.Canonical()
	if err != nil {
		return Accepted{}, fmt.Errorf("canonical form of a submission: %w", err)
	}
	receipt := c.Key.Receipt(key)
	r := s.Report()
	r.ID, r.Digest, r.ReceivedAt = c.Key.ID(receipt), c.Key.Digest(key, content), c.now()
	category, _ := c.Jurisdiction.Category(r.Category)
	r.Urgent = category.Urgent

	err = c.Journal.Append(ctx, report.Entry{Report: &r})
	switch {
	case err == nil:
		return c.accepted(receipt, r), nil
	case errors.Is(err, journal.ErrConflict):
		return c.repeated(ctx, receipt, r)
	case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown):
		return Accepted{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
	}
	return Accepted{}, fmt.Errorf("append report %s: %w", r.ID, err)
}

// repeated answers a submission whose key is in the journal already. The first
// one counts only once it can be read: its own writer may not know yet.
func (c *Counter) repeated(ctx context.Context, receipt report.Receipt, r report.Report) (Accepted, error) {
	stored, err := c.Journal.Report(ctx, r.ID)
	switch {
	case errors.Is(err, journal.ErrNotFound), errors.Is(err, journal.ErrUnavailable):
		return Accepted{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
	case err != nil:
		return Accepted{}, fmt.Errorf("read repeated report %s: %w", r.ID, err)
	case !hmac.Equal(stored.Digest, r.Digest):
		return Accepted{}, ErrKeyReused
	}
	c.remind(ctx, stored)
	return c.accepted(receipt, stored), nil
}

// remind announces a stored report once more if no unit has it yet: its first
// announcement may have been lost with the first answer. If this fails as
// well, the outbox is still there.
func (c *Counter) remind(ctx context.Context, stored report.Report) {
	found, err := c.Journal.Case(ctx, stored.ID)
	if err != nil || found.State != report.StateReceived {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, reminder)
	defer cancel()
	if err := c.Journal.Announce(ctx, report.Entry{Report: &stored}); err != nil {
		c.Log.Warn("repeated report not announced again", "report", stored.ID, "error", err)
	}
}

// Confirm gives the answer of Accept again, to whoever has the receipt. It
// returns ErrUnknownReceipt or ErrTryAgain otherwise.
func (c *Counter) Confirm(ctx context.Context, receipt report.Receipt) (Accepted, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := c.open(ctx, receipt)
	if err != nil {
		return Accepted{}, err
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
