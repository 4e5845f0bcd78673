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

// Follow hands over every announcement after the position, in order, until
// ctx ends or something breaks. It returns ErrReplaced when the stream is not
// the one of the position any more, or no longer reaches back to it: the
// caller must look into the journal for what it has missed.
func (b *Bus) Follow(ctx context.Context, from Position, handle func(e report.Entry, seq uint64)) error {
	now, err := b.Position(ctx)
	if err != nil {
		return broken(err)
	}
	if !now.continues(from.Stream, from.Last) {
		return ErrReplaced
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
	var delivered atomic.Uint64
	delivered.Store(from.Last)
	go b.watchIdentity(ctx, from.Stream, &delivered, cancel)
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
		delivered.Store(meta.Sequence.Stream)
		e, err := decode(msg.Data())
		if err != nil {
			b.cfg.Log.Error("announcement skipped", "sequence", meta.Sequence.Stream, "error", err)
			continue
		}
		handle(e, meta.Sequence.Stream)
	}
}

// broken says whether following ended because the stream is gone.
func broken(err error) error {
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return ErrReplaced
	}
	return fmt.Errorf("%w: follow: %w", ErrUnavailable, err)
}

// watchIdentity cancels with ErrReplaced when the stream is another one, or
// has lost its end or what comes next: a server that lost power may bring back
// less than it has acknowledged, under the same identity.
func (b *Bus) watchIdentity(ctx context.Context, stream time.Time, delivered *atomic.Uint64, cancel context.CancelCauseFunc) {
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
		had := delivered.Load() // before asking: it only grows
		now, err := b.Position(ctx)
		if errors.Is(err, jetstream.ErrStreamNotFound) || (err == nil && !now.continues(stream, had)) {
			cancel(ErrReplaced)
			return
		}
	}
}
