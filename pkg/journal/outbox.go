package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/outage"
	"github.com/phananh/portal/pkg/report"
)

// marker says that entries are about to be written, or are written and not
// yet known to be announced. One marker serves a whole batch: it is written
// before the entries and removed after their announcement.
type marker struct {
	ID      bson.ObjectID `bson:"_id"`
	At      time.Time     `bson:"at"`
	Entries string        `bson:"entries"` // their IDs, divided by spaces
}

// Announce tells of entries that are known to be stored, once more: the way
// back for an entry whose announcement may have been lost.
func (j *Journal) Announce(ctx context.Context, entries ...report.Entry) error {
	return j.cfg.Announce(ctx, entries)
}

// Remind makes sure that stored entries will be announced although nobody
// knows what became of their marker: it puts them into the outbox anew and
// returns. ErrUnknown says that it may not have.
func (j *Journal) Remind(ctx context.Context, entries ...report.Entry) error {
	b := batch{entries: entries}
	if err := j.mark(ctx, &b); err != nil {
		return unknown(fmt.Errorf("outbox: %w", err))
	}
	j.handOver(b, make([]error, len(entries)))
	return nil
}

func (j *Journal) sweepUntil(ctx context.Context) {
	unswept := outage.New(j.cfg.Log, "outbox not swept", "outbox swept again")
	tick := time.NewTicker(j.cfg.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			switch err := j.Sweep(ctx, time.Now()); {
			case err == nil:
				unswept.Worked(time.Now())
			case ctx.Err() == nil:
				unswept.Failed(time.Now(), err)
			}
		}
	}
}

// Sweep announces the entries of markers that this journal has known for
// longer than Config.SweepAfter, and removes the markers. A marker with an
// entry that is not there is kept for Config.MarkerLife: the entry may still be
// on its way. Age is counted from the first sweep that met the marker, because
// its writer's clock may be another. Every replica sweeps, each in an order of
// its own so that they share the work; doing it twice does no harm. Sweep must
// not be called concurrently with itself.
func (j *Journal) Sweep(ctx context.Context, now time.Time) error {
	markers, err := j.markers(ctx)
	if err != nil {
		return err
	}
	if !j.sweepFails {
		j.backlog.Store(int64(len(markers)))
	}
	met := make(map[bson.ObjectID]time.Time, len(markers))
	for _, m := range markers {
		met[m.ID] = now
		if first, known := j.met[m.ID]; known {
			met[m.ID] = first
		}
	}
	j.met = met
	rand.Shuffle(len(markers), func(a, b int) { markers[a], markers[b] = markers[b], markers[a] })
	var failed []error
	begun := time.Now()
	for _, m := range markers {
		age := now.Sub(met[m.ID])
		if age < j.cfg.SweepAfter {
			continue
		}
		if time.Since(begun) > j.cfg.SweepEvery && j.isGone(ctx, m) {
			continue // another replica was quicker
		}
		if err := j.sweepMarker(ctx, m, age); err != nil {
			failed = append(failed, err) // one bad marker must not hold up those behind it
		}
		if len(failed) == maxSweepFailures {
			break
		}
	}
	j.sweepFails = len(failed) > 0
	return errors.Join(failed...)
}

// maxSweepFailures is after how many failures a sweep gives up for now.
const maxSweepFailures = 5

// No connection that says nothing may hold up the sweeper for good: it reads
// the outbox, and deals with a marker of at most maxBatch entries, in time.
const (
	outboxWithin = time.Minute
	sweepWithin  = 30 * time.Second
)

// fewMarkers is how many are looked at while announcing fails: enough to
// notice that it works again, and too few to be a burden when NATS has been
// away for long and the outbox has grown.
const fewMarkers = 20

// markers reads the outbox.
func (j *Journal) markers(ctx context.Context) ([]marker, error) {
	ctx, cancel := context.WithTimeout(ctx, outboxWithin)
	defer cancel()
	opts := options.Find().SetBatchSize(1000)
	if j.sweepFails {
		opts.SetLimit(fewMarkers)
	}
	cursor, err := j.outbox.Find(ctx, bson.D{}, opts)
	if err != nil {
		return nil, fmt.Errorf("%w: read outbox: %w", ErrUnavailable, err)
	}
	var markers []marker
	if err := cursor.All(ctx, &markers); err != nil {
		return nil, fmt.Errorf("%w: read outbox: %w", ErrUnavailable, err)
	}
	return markers, nil
}

func (j *Journal) isGone(ctx context.Context, m marker) bool {
	ctx, cancel := context.WithTimeout(ctx, unmarkWithin)
	defer cancel()
	err := j.outbox.FindOne(ctx, bson.D{{Key: "_id", Value: m.ID}}).Err()
	return errors.Is(err, mongo.ErrNoDocuments)
}

func (j *Journal) sweepMarker(ctx context.Context, m marker, age time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, sweepWithin)
	defer cancel()
	var found []report.Entry
	missing := 0
	for id := range strings.FieldsSeq(m.Entries) {
		e, err := j.Entry(ctx, id)
		switch {
		case errors.Is(err, ErrNotFound):
			missing++
		case errors.Is(err, ErrDamaged):
			j.cfg.Log.Error("outbox names a damaged entry", "entry", id, "error", err)
		case err != nil:
			return err
		default:
			found = append(found, e)
		}
	}
	failpoint.Hit(failpoint.SweepMet)
	if len(found) > 0 {
		if err := j.cfg.Announce(ctx, found); err != nil {
			return fmt.Errorf("announce: %w", err)
		}
	}
	failpoint.Hit(failpoint.SweepTold)
	if missing > 0 && age < j.cfg.MarkerLife {
		return nil
	}
	return j.unmark(ctx, []bson.ObjectID{m.ID})
}

// OutboxSize returns how many batches wait to be announced.
func (j *Journal) OutboxSize(ctx context.Context) (int64, error) {
	n, err := j.outbox.CountDocuments(ctx, bson.D{})
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return n, nil
}
