package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
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
	Entries []string      `bson:"entries"`
}

// announceTimeout bounds one attempt at announcing a batch.
const announceTimeout = 5 * time.Second

// announce tells of batches as they are written. A failure is not repeated
// here: the markers stay, and the sweeper tries again.
func (j *Journal) announce() {
	for {
		select {
		case b := <-j.announced:
			j.tryTelling(b)
		case <-j.stopped:
			for { // what was written before the stop
				select {
				case b := <-j.announced:
					j.tryTelling(b)
				default:
					return
				}
			}
		}
	}
}

func (j *Journal) tryTelling(b batch) {
	if err := j.tell(b); err != nil {
		j.untold.Failed(time.Now(), err)
		return
	}
	j.untold.Worked(time.Now())
}

func (j *Journal) tell(b batch) error {
	ctx, cancel := context.WithTimeout(context.Background(), announceTimeout)
	defer cancel()
	if len(b.entries) > 0 {
		if err := j.cfg.Announce(ctx, b.entries); err != nil {
			return err
		}
	}
	failpoint.Hit(failpoint.JournalTold)
	for _, id := range b.markers {
		if err := j.unmark(ctx, id); err != nil {
			return err
		}
	}
	failpoint.Hit(failpoint.JournalUnmarked)
	return nil
}

func (j *Journal) unmark(ctx context.Context, id bson.ObjectID) error {
	j.outboxTurn.Lock()
	defer j.outboxTurn.Unlock()
	if _, err := j.outbox.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
		return fmt.Errorf("remove marker: %w", err)
	}
	return nil
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
// its writer's clock may be another. Every replica sweeps; doing it twice does
// no harm. Sweep must not be called concurrently with itself.
func (j *Journal) Sweep(ctx context.Context, now time.Time) error {
	cursor, err := j.outbox.Find(ctx, bson.D{}, options.Find().SetBatchSize(1000))
	if err != nil {
		return fmt.Errorf("%w: read outbox: %w", ErrUnavailable, err)
	}
	var markers []marker
	if err := cursor.All(ctx, &markers); err != nil {
		return fmt.Errorf("%w: read outbox: %w", ErrUnavailable, err)
	}
	met := make(map[bson.ObjectID]time.Time, len(markers))
	var failed []error
	for _, m := range markers {
		first, known := j.met[m.ID]
		if !known {
			first = now
		}
		met[m.ID] = first
		age := now.Sub(first)
		if age < j.cfg.SweepAfter || len(failed) >= maxSweepFailures {
			continue
		}
		if err := j.sweepMarker(ctx, m, age); err != nil {
			failed = append(failed, err) // one bad marker must not hold up those behind it
		}
	}
	j.met = met
	return errors.Join(failed...)
}

// maxSweepFailures is after how many failures a sweep gives up for now.
const maxSweepFailures = 5

func (j *Journal) sweepMarker(ctx context.Context, m marker, age time.Duration) error {
	var found []report.Entry
	missing := 0
	for _, id := range m.Entries {
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
	return j.unmark(ctx, m.ID)
}

// OutboxSize returns how many batches wait to be announced.
func (j *Journal) OutboxSize(ctx context.Context) (int64, error) {
	n, err := j.outbox.CountDocuments(ctx, bson.D{})
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return n, nil
}
