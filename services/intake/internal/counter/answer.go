package counter

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// attempts bounds how often somebody else may act on the case first.
const attempts = 10

// maxUnanswered is how many messages a resident may write before the police
// write back: what is long can be split, what is endless is abuse, and every
// reader of the case pays for it.
const maxUnanswered = 20

// unanswered counts the messages since the police last wrote.
func unanswered(found report.Case) int {
	n := 0
	for _, a := range found.Actions {
		switch a.Type {
		case report.Answered:
			n++
		case report.Replied, report.Resolved:
			n = 0
		}
	}
	return n
}

// Answer stores what a resident writes about a case and shows the case with
// it. The same text under the same key is stored once; an empty key says that
// it is not a repeat. On a resolved case it puts the case back into its queue.
// A damaged report does not hinder it; after a damaged action nothing can be
// stored (ErrUnreadable). It returns ErrUnknownReceipt, ErrTooMany or
// ErrTryAgain otherwise.
func (c *Counter) Answer(ctx context.Context, receipt report.Receipt, key, text string) (View, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var mark string
	if key != "" {
		mark = hex.EncodeToString(c.Key.Digest(key, []byte(text)))
	}
	for range attempts {
		found, err := c.open(ctx, receipt)
		if err != nil {
			return View{}, err
		}
		if i := slices.IndexFunc(found.Actions, func(a report.Action) bool { return mark != "" && a.Key == mark }); i >= 0 {
			// Its first answer was lost, and its announcement may have been.
			if err := c.Journal.Remind(ctx, report.Entry{Action: &found.Actions[i]}); err != nil {
				return View{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
			}
			return c.view(found), nil
		}
		if found.Damage.Action > 0 {
			return View{}, unreadable(found)
		}
		if unanswered(found) >= maxUnanswered {
			return View{}, ErrTooMany
		}
		a := report.Action{
			Report: found.Report.ID, N: found.Last + 1, Type: report.Answered, At: c.now(),
			Actor: report.Actor{Kind: report.Resident}, Text: text, Key: mark,
			Prev: found.Head(),
		}
		if a.At.Before(found.UpdatedAt) { // the clock of whoever acted last is ahead
			a.At = found.UpdatedAt
		}
		if err := found.Apply(a); err != nil {
			return View{}, fmt.Errorf("answer: %w", err)
		}
		err = c.Journal.Append(ctx, report.Entry{Action: &a})
		switch {
		case err == nil:
			return c.view(found), nil
		case errors.Is(err, journal.ErrConflict): // somebody was first
		case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown):
			return View{}, fmt.Errorf("%w: %w", ErrTryAgain, err)
		default:
			return View{}, fmt.Errorf("append answer: %w", err)
		}
	}
	return View{}, fmt.Errorf("%w: others acted first %d times", ErrTryAgain, attempts)
}
