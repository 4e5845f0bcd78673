package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/phananh/portal/pkg/report"
)

// Subjects on which the server tells that it hands out an announcement no
// more, up to the stream and the consumer.
const (
	terminatedAdvisory    = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED."
	maxDeliveriesAdvisory = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES."
)

const (
	lookUpWithin   = 5 * time.Second
	exhaustedTries = 5
)

// advisory is what the server tells of one announcement.
type advisory struct {
	At         time.Time `json:"timestamp"`
	Sequence   uint64    `json:"stream_seq"`
	Deliveries int       `json:"deliveries"`
	Reason     string    `json:"reason"`
}

// hearEnded counts and logs the announcements that were terminated.
func (b *Bus) hearEnded(ctx context.Context, job Job) {
	b.hear(ctx, terminatedAdvisory, job, func(a advisory) {
		b.counters.terminated.Add(1)
		id, err := b.announced(ctx, a)
		if err != nil {
			b.cfg.Log.Warn("announcement terminated", "sequence", a.Sequence, "attempts", a.Deliveries, "reason", a.Reason, "error", err)
			return
		}
		b.cfg.Log.Warn("announcement terminated", "report", id, "sequence", a.Sequence, "attempts", a.Deliveries, "reason", a.Reason)
	})
}

// hearExhausted counts and logs the announcements that were handed out too
// often, and gives the job a last chance to deal with them.
func (b *Bus) hearExhausted(ctx context.Context, job Job) {
	b.hear(ctx, maxDeliveriesAdvisory, job, func(a advisory) {
		b.counters.maxDeliveries.Add(1)
		log := b.cfg.Log.With("sequence", a.Sequence, "attempts", a.Deliveries)
		for try := 1; ; try++ {
			id, err := b.exhausted(ctx, job, a)
			if err == nil {
				log.Error("report was handed out too often", "report", id)
				return
			}
			if try == exhaustedTries || ctx.Err() != nil {
				log.Error("announcement was handed out too often, and its report is not dealt with", "report", id, "error", err)
				return
			}
			pause(ctx, backoff(try))
		}
	})
}

func (b *Bus) exhausted(ctx context.Context, job Job, a advisory) (report.ID, error) {
	id, err := b.announced(ctx, a)
	if err != nil || job.Exhausted == nil {
		return id, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleWithin)
	defer cancel()
	return id, job.Exhausted(ctx, id)
}

// hear hands over advisories about a job until ctx ends. All processes of the
// job hear them as one, so that each is dealt with once. One that is told
// while no process listens is not heard by anybody.
func (b *Bus) hear(ctx context.Context, kind string, job Job, handle func(advisory)) {
	sub, err := b.conn.QueueSubscribeSync(kind+streamName+"."+job.Name, job.Name)
	if err != nil {
		b.cfg.Log.Error("advisories are not heard", "job", job.Name, "error", err)
		return
	}
	defer func() { _ = sub.Unsubscribe() }()
	for {
		msg, err := sub.NextMsgWithContext(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, nats.ErrSlowConsumer): // some were dropped
			continue
		case err != nil:
			b.cfg.Log.Error("advisories are not heard", "job", job.Name, "error", err)
			return
		}
		var a advisory
		if err := json.Unmarshal(msg.Data, &a); err != nil {
			b.cfg.Log.Error("advisory cannot be read", "job", job.Name, "error", err)
			continue
		}
		handle(a)
	}
}

// announced returns the report that the announcement of an advisory names.
func (b *Bus) announced(ctx context.Context, a advisory) (report.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, lookUpWithin)
	defer cancel()
	s, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	raw, err := s.GetMsg(ctx, a.Sequence)
	if err != nil {
		return "", fmt.Errorf("%w: announcement %d: %w", ErrUnavailable, a.Sequence, err)
	}
	if raw.Time.After(a.At) { // the stream was replaced since
		return "", fmt.Errorf("%w: announcement %d", ErrReplaced, a.Sequence)
	}
	e, err := decode(raw.Data)
	if err != nil {
		return "", err
	}
	return e.ReportID(), nil
}
