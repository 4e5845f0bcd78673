package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const (
	probeWrites = 7     // an odd number, for the median
	mostMarkers = 10000 // of the outbox that are looked at
)

// OutboxState is what waits in the outbox.
type OutboxState struct {
	Markers int       // batches that wait; at most mostMarkers are counted
	Oldest  time.Time // when the oldest was written, by its writer's clock
}

func (i inspector) outbox(ctx context.Context) (OutboxState, error) {
	cursor, err := i.waiting.Find(ctx, bson.D{}, options.Find().SetLimit(mostMarkers))
	if err != nil {
		return OutboxState{}, refusal("find", err)
	}
	var s OutboxState
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		s.Markers++
		var m struct {
			At time.Time `bson:"at"`
		}
		if err := bson.Unmarshal(cursor.Current, &m); err != nil {
			return OutboxState{}, fmt.Errorf("%w: marker: %w", ErrDamaged, err)
		}
		if s.Oldest.IsZero() || m.At.Before(s.Oldest) {
			s.Oldest = m.At
		}
	}
	return s, cursor.Err()
}

func (i inspector) pinned(ctx context.Context) ([]byte, error) {
	raw, err := byID(ctx, i.db.Collection(pinsName), i.in.Pin)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, refusal("find", err)
	}
	var d pinDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("%w: pin %s: %w", ErrDamaged, i.in.Pin, err)
	}
	return d.Value, nil
}

// write measures how long an acknowledged write takes: to a majority, and to
// its disks.
func (i inspector) write(ctx context.Context) (time.Duration, error) {
	took := make([]time.Duration, probeWrites)
	for n := range took {
		var err error
		if took[n], err = i.writeOnce(ctx); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[probeWrites/2], nil
}

// writeOnce inserts an empty marker, which a sweeper would remove, and removes
// it however the insert went: it may have happened nevertheless.
func (i inspector) writeOnce(ctx context.Context) (time.Duration, error) {
	probe := marker{ID: bson.NewObjectID(), At: i.in.Now()} // of no entries
	begun := time.Now()
	_, err := i.waiting.InsertOne(ctx, probe)
	took := time.Since(begun)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_, gone := i.waiting.DeleteOne(ctx, bson.D{{Key: "_id", Value: probe.ID}})
	switch {
	case err != nil:
		return 0, refusal("insert", err)
	case gone != nil:
		return 0, refusal("delete", gone)
	}
	return took, nil
}
