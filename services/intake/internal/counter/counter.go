// Package counter is the window at which residents are served: it takes their
// reports, shows them how a case stands, and takes what they write afterwards.
// It knows neither HTTP nor pages.
package counter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
)

// Errors that residents are told about. ErrTryAgain: it is not known whether
// the journal has it; doing the same again is safe. ErrInFlight: another
// process is storing this very report and has not finished. ErrKeyReused: the
// key belongs to a report with other content. ErrUnknownReceipt: no report has
// this receipt. ErrTooMany: the police must write before the resident may
// write again. ErrUnreadable: the report is there, and an entry that is needed
// is damaged.
var (
	ErrTooMany        = errors.New("counter: too many messages unanswered")
	ErrInFlight       = errors.New("counter: the report is being stored")
	ErrTryAgain       = errors.New("counter: try again")
	ErrKeyReused      = errors.New("counter: the key was used for another report")
	ErrUnknownReceipt = errors.New("counter: no report has this receipt")
	ErrUnreadable     = errors.New("counter: the case cannot be read")
)

// patience is how long a resident waits for an answer at most.
const patience = 2700 * time.Millisecond

// Journal is what a Counter needs of the journal.
type Journal interface {
	Append(ctx context.Context, e report.Entry) error
	Remind(ctx context.Context, entries ...report.Entry) error
	Report(ctx context.Context, id report.ID) (report.Report, error)
	Action(ctx context.Context, id report.ID, n int) (report.Action, error)
	Salvage(ctx context.Context, id report.ID) (report.Case, error)
	Pin(ctx context.Context, name string, value []byte) error
}

// Config of a Counter. Everything is required.
type Config struct {
	Journal      Journal
	Jurisdiction *jurisdiction.Jurisdiction
	Key          report.Key
	Now          func() time.Time
}

// Counter serves residents. It is safe for concurrent use.
type Counter struct {
	Config
	router  *routing.Router
	keyed   atomic.Bool        // the key is known to be the installation's
	flights singleflight.Group // reports being stored, by ID and digest
}

// New makes a Counter.
func New(cfg Config) *Counter {
	return &Counter{Config: cfg, router: routing.New(cfg.Jurisdiction)}
}

// CheckKey makes sure that the receipt key is the one that the journal has
// always been used with: with another one every receipt given out would be
// dead, and a repeated submission a second report. It returns ErrTryAgain
// while that cannot be found out, and journal.ErrPinned for another key.
func (c *Counter) CheckKey(ctx context.Context) error {
	if c.keyed.Load() {
		return nil
	}
	err := c.Journal.Pin(ctx, "receipt-key", c.Key.Check())
	switch {
	case err == nil:
		c.keyed.Store(true)
	case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown), errors.Is(err, journal.ErrNotFound):
		return fmt.Errorf("%w: receipt key not checked: %w", ErrTryAgain, err)
	}
	return err
}

// now is the present time as entries carry it.
func (c *Counter) now() time.Time { return report.Instant(c.Now()) }

// open loads the case that a receipt belongs to, as far as it can be read.
func (c *Counter) open(ctx context.Context, receipt report.Receipt) (report.Case, error) {
	found, err := c.Journal.Salvage(ctx, c.Key.ID(receipt))
	switch {
	case errors.Is(err, journal.ErrNotFound):
		return report.Case{}, ErrUnknownReceipt
	case errors.Is(err, journal.ErrUnavailable):
		return report.Case{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
	}
	return found, err
}

// unreadable names the entries of a case that cannot be read.
func unreadable(found report.Case) error {
	return fmt.Errorf("%w: %s", ErrUnreadable, strings.Join(found.Damage.Entries(found.Report.ID), ", "))
}
