package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Position is a place in the stream, and which stream it is a place in.
type Position struct {
	Stream time.Time // when the stream was created: its identity
	First  uint64    // the oldest announcement still kept
	Last   uint64    // the newest one, or the last one read
	At     time.Time // when Last was stored; zero: unknown
}

// Continues says whether whoever has read a stream up to a sequence can go on
// reading at this position, without having missed anything. It cannot see
// whether a stream that was cut short has grown again: Follow does.
func (p Position) Continues(from Position) bool {
	return p.Stream.Equal(from.Stream) && p.Last >= from.Last && p.First <= from.Last+1
}

// Position returns the stream's present position.
func (b *Bus) Position(ctx context.Context) (Position, error) {
	_, now, err := b.position(ctx)
	return now, err
}

func (b *Bus) position(ctx context.Context) (jetstream.Stream, Position, error) {
	s, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return nil, Position{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	info := s.CachedInfo()
	p := Position{Stream: info.Created.UTC(), First: info.State.FirstSeq, Last: info.State.LastSeq}
	if p.Last > 0 {
		p.At = info.State.LastTime.UTC()
	}
	return s, p, nil
}

// check returns ErrReplaced unless the stream still leads on from a position.
// A server that lost power, or was restored from a copy, may bring back less
// than it has acknowledged, under the same identity, and then fill the same
// sequences with other announcements: so the one that was read last must
// still be where it was.
func (b *Bus) check(ctx context.Context, from Position) error {
	stream, now, err := b.position(ctx)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return ErrReplaced
	case err != nil:
		return err
	case !now.Continues(from):
		return ErrReplaced
	case from.At.IsZero() || from.Last < now.First: // not known, or dropped since
		return nil
	}
	msg, err := stream.GetMsg(ctx, from.Last)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound): // dropped a moment ago
		return nil
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return ErrReplaced
	case err != nil:
		return fmt.Errorf("%w: announcement %d: %w", ErrUnavailable, from.Last, err)
	case !msg.Time.Equal(from.At):
		return ErrReplaced
	}
	return nil
}
