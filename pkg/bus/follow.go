package bus

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/report"
)

// identityCheck is how often a follower makes sure that it still follows the
// stream it began with.
const identityCheck = 2 * time.Second

// Follow hands over every announcement after the position, in order and with
// its own position, until ctx ends or something breaks. It returns ErrReplaced
// when the stream is not the one of the position any more, no longer reaches
// back to it, or has lost what was read: the caller must look into the journal
// for what it has missed.
func (b *Bus) Follow(ctx context.Context, from Position, handle func(e report.Entry, at Position)) error {
	if err := b.check(ctx, from); err != nil {
		return err
	}
	consumer, err := b.js.OrderedConsumer(ctx, streamName, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{allSubjects},
		DeliverPolicy:  jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:    from.Last + 1,
	})
	if err != nil {
		return broken(err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return broken(err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		<-ctx.Done()
		messages.Stop()
	}()
	var read atomic.Pointer[Position]
	read.Store(&from)
	go b.watchIdentity(ctx, &read, cancel)
	for {
		msg, err := messages.Next()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, jetstream.ErrNoHeartbeat) {
			continue // the ordered consumer starts itself anew
		}
		if err != nil {
			return broken(err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("%w: follow: %w", ErrUnavailable, err)
		}
		if meta.Sequence.Consumer == 1 { // started anew: perhaps in a stream that was cut and grew again
			if err := b.check(ctx, *read.Load()); err != nil {
				return err
			}
		}
		at := Position{Stream: from.Stream, First: from.First, Last: meta.Sequence.Stream, At: meta.Timestamp.UTC()}
		read.Store(&at)
		e, err := decode(msg.Data())
		if err != nil {
			b.cfg.Log.Error("announcement skipped", "sequence", at.Last, "error", err)
			continue
		}
		handle(e, at)
	}
}

// broken says whether following ended because the stream is gone.
func broken(err error) error {
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return ErrReplaced
	}
	return fmt.Errorf("%w: follow: %w", ErrUnavailable, err)
}

// watchIdentity cancels with ErrReplaced when the stream does not lead on any
// more from what was read, even though nothing comes that would show it.
func (b *Bus) watchIdentity(ctx context.Context, read *atomic.Pointer[Position], cancel context.CancelCauseFunc) {
	tick := time.NewTicker(identityCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !b.conn.IsConnected() {
			continue
		}
		if err := b.check(ctx, *read.Load()); errors.Is(err, ErrReplaced) {
			cancel(err)
			return
		}
	}
}
