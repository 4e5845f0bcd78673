package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/pkg/report"
)

// Report reads a report by its ID, as a majority has it. It returns
// ErrNotFound, ErrDamaged or ErrUnavailable.
func (j *Journal) Report(ctx context.Context, id report.ID) (report.Report, error) {
	raw, err := byID(ctx, j.reports, string(id))
	if err != nil {
		return report.Report{}, err
	}
	return decodeReport(raw)
}

// Action reads the nth action of a report. Errors as Report.
func (j *Journal) Action(ctx context.Context, id report.ID, n int) (report.Action, error) {
	raw, err := byID(ctx, j.actions, report.ActionEntryID(id, n))
	if err != nil {
		return report.Action{}, err
	}
	return decodeAction(raw)
}

// Actions reads all actions of a report after the nth, in order. Errors as
// Report.
func (j *Journal) Actions(ctx context.Context, id report.ID, after int) ([]report.Action, error) {
	var out []report.Action
	for n := after + 1; ; n++ {
		a, err := j.Action(ctx, id, n)
		if errors.Is(err, ErrNotFound) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
}

// Case reads a report with all its actions and folds them. It returns
// ErrDamaged, which names the entry, when one of them cannot be read or cannot
// follow: see Salvage.
func (j *Journal) Case(ctx context.Context, id report.ID) (report.Case, error) {
	c, err := j.Salvage(ctx, id)
	if err == nil && c.Damage.Any() {
		return report.Case{}, fmt.Errorf("%w: %s", ErrDamaged, strings.Join(c.Damage.Entries(id), ", "))
	}
	return c, err
}

// Entry reads the entry with an ID as report.Entry.ID makes it.
func (j *Journal) Entry(ctx context.Context, entryID string) (report.Entry, error) {
	id, n, err := report.SplitEntryID(entryID)
	if err != nil {
		return report.Entry{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if n > 0 {
		a, err := j.Action(ctx, id, n)
		return report.Entry{Action: &a}, err
	}
	r, err := j.Report(ctx, id)
	return report.Entry{Report: &r}, err
}

// Scanned says what a scan came across.
type Scanned struct {
	Reports, Actions int
	Damaged          []string // IDs of entries that cannot be read; not counted above
}

// Scan visits every entry, all reports before all actions, in no other order.
// Damaged entries are named in the result, and visited with their mark where
// the ID is one that a case can have. It ends at the first error of visit.
func (j *Journal) Scan(ctx context.Context, visit func(report.Entry) error) (s Scanned, err error) {
	err = scan(ctx, j.reports, func(raw bson.Raw) error {
		r, err := decodeReport(raw)
		if err != nil {
			s.Damaged = append(s.Damaged, rawID(raw))
			return visitDamaged(raw, visit)
		}
		s.Reports++
		return visit(report.Entry{Report: &r})
	})
	if err != nil {
		return s, err
	}
	err = scan(ctx, j.actions, func(raw bson.Raw) error {
		a, err := decodeAction(raw)
		if err != nil {
			s.Damaged = append(s.Damaged, rawID(raw))
			return visitDamaged(raw, visit)
		}
		s.Actions++
		return visit(report.Entry{Action: &a})
	})
	return s, err
}

func scan(ctx context.Context, c *mongo.Collection, visit func(bson.Raw) error) error {
	// A scan may take long, but the database may not fall silent in it.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(scanSilence, func() { cancel(errSilent) })
	defer silence.Stop()
	cursor, err := c.Find(ctx, bson.D{}, options.Find().SetBatchSize(1000))
	if err != nil {
		return fmt.Errorf("%w: scan %s: %w", ErrUnavailable, c.Name(), err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readWithin)
		defer cancel()
		_ = cursor.Close(ctx)
	}()
	for cursor.Next(ctx) {
		silence.Reset(scanSilence)
		if err := visit(cursor.Current); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("%w: scan %s: %w", ErrUnavailable, c.Name(), err)
	}
	return nil
}

const (
	readWithin  = 2500 * time.Millisecond // one document by its _id
	scanSilence = 30 * time.Second        // between two documents of a scan
)

var errSilent = errors.New("the database has fallen silent")

// byID reads one document, in time: a connection that says nothing must not
// hold up a board, a sweeper or a resident.
func byID(ctx context.Context, c *mongo.Collection, id string) (bson.Raw, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	raw, err := c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, fmt.Errorf("%w: %s %s", ErrNotFound, c.Name(), id)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return raw, nil
}

func rawID(raw bson.Raw) string {
	if id, ok := raw.Lookup("_id").StringValueOK(); ok {
		return id
	}
	return "?"
}
