package journal

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/report"
)

const (
	announceTimeout = 5 * time.Second        // of one attempt at announcing a batch
	unmarkEvery     = 200 * time.Millisecond // markers of what is announced are removed together
	unmarkWithin    = time.Second            // so that no append waits for longer
	maxTold         = 64                     // and at most so many at a time
	smallOutbox     = 500                    // markers that can be scanned as often as that
)

// announce tells of batches as they are written, and removes their markers.
// A failure is not repeated here: the markers stay, and the sweeper tries
// again.
func (j *Journal) announce() {
	var told []bson.ObjectID // markers of announced batches
	tick := time.NewTicker(unmarkEvery)
	defer tick.Stop()
	for {
		select {
		case b := <-j.announced:
			told = j.tell(b, told)
		case <-tick.C:
			told = j.forget(told)
		case <-j.stopped:
			for { // what was written before the stop
				select {
				case b := <-j.announced:
					told = j.tell(b, told)
				default:
					j.forget(told)
					return
				}
			}
		}
	}
}

// tell announces a batch and adds its markers to those that can go.
func (j *Journal) tell(b batch, told []bson.ObjectID) []bson.ObjectID {
	ctx, cancel := context.WithTimeout(context.Background(), announceTimeout)
	defer cancel()
	if len(b.entries) > 0 {
		if err := j.cfg.Announce(ctx, b.entries); err != nil {
			j.untold.Failed(time.Now(), err)
			return told
		}
		j.untold.Worked(time.Now())
	}
	failpoint.Hit(failpoint.JournalTold)
	if told = append(told, b.markers...); len(told) >= maxTold {
		return j.forget(told)
	}
	return told
}

// forget removes markers. What it fails to remove the sweeper will.
func (j *Journal) forget(told []bson.ObjectID) []bson.ObjectID {
	if len(told) == 0 {
		return told
	}
	ctx, cancel := context.WithTimeout(context.Background(), announceTimeout)
	defer cancel()
	if err := j.unmark(ctx, told); err != nil {
		j.untold.Failed(time.Now(), err)
	}
	failpoint.Hit(failpoint.JournalUnmarked)
	return told[:0]
}

// unmark removes markers: together by one scan of the outbox while it is
// small, one by one by their _id after a long outage.
func (j *Journal) unmark(ctx context.Context, ids []bson.ObjectID) error {
	if j.backlog.Load() < smallOutbox && len(ids) > 1 {
		return j.unmarkWhere(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	}
	for _, id := range ids {
		if err := j.unmarkWhere(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) unmarkWhere(ctx context.Context, filter bson.D) error {
	ctx, cancel := context.WithTimeout(ctx, unmarkWithin)
	defer cancel()
	if err := j.takeTurn(ctx); err != nil {
		return fmt.Errorf("remove markers: %w", err)
	}
	defer j.endTurn()
	if _, err := j.outbox.DeleteMany(ctx, filter); err != nil {
		return fmt.Errorf("remove markers: %w", err)
	}
	return nil
}

func (j *Journal) takeTurn(ctx context.Context) error {
	select {
	case j.outboxTurn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("outbox: %w", ctx.Err())
	}
}

func (j *Journal) endTurn() { <-j.outboxTurn }

// Tell has stored entries announced once more, and does not wait for it: the
// way back for those whose announcement may have been lost.
func (j *Journal) Tell(entries ...report.Entry) {
	j.handOver(batch{entries: entries}, make([]error, len(entries)))
}
