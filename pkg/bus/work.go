package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/report"
)

const (
	ackWait    = 30 * time.Second
	maxUnacked = 1024
	pullAhead  = 512
)

// ErrPoison is wrapped by a handler that has dealt with a report for good in
// another way: the announcement is terminated and does not come back.
var ErrPoison = errors.New("bus: poison")

// Work hands each accepted report to handle, at least once, shared among all
// processes that work under the same durable name, until ctx ends. Attempt
// counts from 1. An error brings the report back later; ErrPoison does not.
// Handlers run on as many goroutines as there are workers, and those that
// have begun are waited for. Work survives the loss of the connection, of the
// consumer and of the stream.
func (b *Bus) Work(ctx context.Context, durable string, workers int, handle func(ctx context.Context, id report.ID, attempt int) error) {
	for ctx.Err() == nil {
		if err := b.work(ctx, durable, workers, handle); err != nil && ctx.Err() == nil {
			b.cfg.Log.Warn("work interrupted", "consumer", durable, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
		}
	}
}

func (b *Bus) work(ctx context.Context, durable string, workers int, handle func(context.Context, report.ID, int) error) error {
	if !b.conn.IsConnected() {
		return fmt.Errorf("%w: not connected", ErrUnavailable)
	}
	if err := b.Ensure(ctx); err != nil {
		return err
	}
	consumer, err := b.js.CreateOrUpdateConsumer(ctx, streamName, workConfig(durable))
	if err != nil {
		return fmt.Errorf("%w: consumer %s: %w", ErrUnavailable, durable, err)
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(pullAhead), jetstream.PullHeartbeat(2*time.Second))
	if err != nil {
		return fmt.Errorf("%w: consumer %s: %w", ErrUnavailable, durable, err)
	}
	// What was fetched is worked off when ctx ends: nobody else would get it
	// before ackWait has passed.
	stop := context.AfterFunc(ctx, messages.Drain)
	defer stop()
	defer messages.Stop()

	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, workers)
	for {
		msg, err := messages.Next()
		switch {
		case errors.Is(err, jetstream.ErrMsgIteratorClosed) && ctx.Err() != nil:
			return nil
		case errors.Is(err, jetstream.ErrNoHeartbeat):
			if ctx.Err() != nil {
				return nil
			}
			if _, err := consumer.Info(ctx); err != nil {
				return err // gone, or the connection is
			}
			continue
		case err != nil:
			return err
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			b.deliver(context.WithoutCancel(ctx), msg, handle)
		})
	}
}

// workConfig is how the consumer of a durable name is to be.
func workConfig(durable string) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:       durable,
		FilterSubject: reportsSubject,
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       ackWait,
		MaxDeliver:    -1, // the handler decides when to give up
		MaxAckPending: maxUnacked,
	}
}

func (b *Bus) deliver(ctx context.Context, msg jetstream.Msg, handle func(context.Context, report.ID, int) error) {
	ctx, cancel := context.WithTimeout(ctx, ackWait)
	defer cancel()
	failpoint.Hit(failpoint.BusFetched)
	defer failpoint.Hit(failpoint.BusAcknowledged)
	e, err := decode(msg.Data())
	if err != nil || e.Report == nil {
		b.cfg.Log.Error("announcement is not a report's", "error", err)
		b.settle(msg.TermWithReason("not a report"))
		return
	}
	attempt := 1
	if meta, err := msg.Metadata(); err == nil {
		attempt = int(meta.NumDelivered)
	}
	err = handle(ctx, e.Report.ID, attempt)
	failpoint.Hit(failpoint.BusHandled)
	switch {
	case err == nil:
		b.settle(msg.Ack())
	case errors.Is(err, ErrPoison):
		b.cfg.Log.Error("report given up", "report", e.Report.ID, "attempt", attempt, "error", err)
		b.settle(msg.TermWithReason(err.Error()))
	default:
		b.cfg.Log.Warn("report comes back later", "report", e.Report.ID, "attempt", attempt, "error", err)
		b.settle(msg.NakWithDelay(backoff(attempt)))
	}
}

// settle notes a failed acknowledgement; the announcement will come again.
func (b *Bus) settle(err error) {
	if err != nil {
		b.cfg.Log.Warn("acknowledgement failed", "error", err)
	}
}

// backoff doubles from half a second up to 30 s.
func backoff(attempt int) time.Duration {
	return min(30*time.Second, 500*time.Millisecond<<min(attempt-1, 10))
}
