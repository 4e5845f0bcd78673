package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/report"
)

// Announce publishes the entries, which are whole, and returns once the stream
// has stored all of them. A stream that is missing is created. The server drops what it has
// stored already within the last minutes: an entry's ID is its Nats-Msg-Id.
func (b *Bus) Announce(ctx context.Context, entries []report.Entry) error {
	if !b.conn.IsConnected() {
		return fmt.Errorf("%w: not connected", ErrUnavailable)
	}
	err := b.publish(ctx, entries, "")
	if errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, nats.ErrNoResponders) {
		if err = b.Ensure(ctx); err == nil {
			err = b.publish(ctx, entries, "")
		}
	}
	return err
}

// AnnounceAgain publishes entries, or summaries of them, whose first
// announcement may have been lost on the way, past the server's memory of it. Attempt tells repeats apart.
func (b *Bus) AnnounceAgain(ctx context.Context, attempt string, entries ...report.Entry) error {
	return b.publish(ctx, entries, "#"+attempt)
}

func (b *Bus) publish(ctx context.Context, entries []report.Entry, suffix string) error {
	futures := make([]jetstream.PubAckFuture, 0, len(entries))
	for i, e := range entries {
		if suffix == "" {
			e.Announced = e.Hash()
		}
		data, err := encode(e)
		if err != nil {
			return fmt.Errorf("bus: encode %s: %w", e.ID(), err)
		}
		msg := &nats.Msg{Subject: subject(e), Data: data}
		f, err := b.js.PublishMsgAsync(msg, jetstream.WithMsgID(e.ID()+suffix), jetstream.WithRetryAttempts(0))
		if err != nil {
			return fmt.Errorf("%w: publish: %w", ErrUnavailable, err)
		}
		futures = append(futures, f)
		if i == (len(entries)-1)/2 {
			failpoint.Hit(failpoint.BusHalfPublished)
		}
	}
	for _, f := range futures {
		select {
		case <-f.Ok():
		case err := <-f.Err():
			return fmt.Errorf("%w: publish: %w", ErrUnavailable, err)
		case <-ctx.Done():
			return fmt.Errorf("%w: publish: %w", ErrUnavailable, ctx.Err())
		}
	}
	failpoint.Hit(failpoint.BusPublished)
	return nil
}
