package bus

import (
	"context"
	"errors"
	"math/bits"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/failpoint"
)

// Reasons why an announcement is terminated, as the server is told. They hold
// nothing of the report: an error's text might.
const (
	notAReport = "not a report"
	givenUp    = "given up"
)

// deliver hands one announcement to the job and settles what becomes of it.
func (b *Bus) deliver(ctx context.Context, job Job, msg jetstream.Msg) {
	failpoint.Hit(failpoint.BusFetched)
	defer failpoint.Hit(failpoint.BusAcknowledged)
	attempt := 1
	if meta, err := msg.Metadata(); err == nil {
		attempt = int(meta.NumDelivered)
	}
	b.counters.delivered.Add(1)
	if attempt > 1 {
		b.counters.redelivered.Add(1)
	}
	e, err := decode(msg.Data())
	if err != nil || e.Report == nil {
		b.cfg.Log.Error("announcement is not a report's", "error", err)
		b.settle(msg.TermWithReason(notAReport))
		return
	}
	err = b.handle(ctx, job, msg, func(ctx context.Context) error { return job.Handle(ctx, e.Report.ID, attempt) })
	failpoint.Hit(failpoint.BusHandled)
	switch {
	case err == nil:
		b.settle(msg.Ack())
	case errors.Is(err, ErrPoison):
		b.cfg.Log.Error("report given up", "report", e.Report.ID, "attempt", attempt, "error", err)
		b.settle(msg.TermWithReason(givenUp))
	default:
		if bits.OnesCount(uint(attempt)) == 1 { // 1, 2, 4, 8 …: an outage must not fill the log
			b.cfg.Log.Warn("report comes back later", "report", e.Report.ID, "attempt", attempt, "error", err)
		}
		b.settle(msg.NakWithDelay(backoff(attempt)))
	}
}

// handle runs the handler, and lets the server know while it runs: a slow
// database must not make another process take the same report.
func (b *Bus) handle(ctx context.Context, job Job, msg jetstream.Msg, run func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, handleWithin)
	defer cancel()
	go func() {
		tick := time.NewTicker(job.AckWait / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_ = msg.InProgress() // if it does not arrive, another process does the same work
			}
		}
	}()
	return run(ctx)
}

// settle notes a failed acknowledgement; the announcement will come again.
func (b *Bus) settle(err error) {
	if err != nil && b.conn.IsConnected() {
		b.cfg.Log.Warn("acknowledgement failed", "error", err)
	}
}

// backoff doubles from half a second up to 10 s.
func backoff(attempt int) time.Duration {
	return min(10*time.Second, 500*time.Millisecond<<min(attempt-1, 10))
}
