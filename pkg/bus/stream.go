package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Topology: one stream, one subject per kind of announcement.
const (
	streamName     = "PHANANH"
	reportsSubject = "phananh.v1.report"  // a report was accepted
	actionsSubject = "phananh.v1.action." // + type: an action was appended
	allSubjects    = "phananh.v1.>"
)

const (
	maxAge       = 7 * 24 * time.Hour
	maxBytes     = 4 << 30
	maxBytesLess = 64 << 20 // where the server has no room for more: some 100,000 announcements
	dedupeWindow = 2 * time.Minute
)

// noStorage is the server's error code for a stream that it has no room for.
const noStorage jetstream.ErrorCode = 10047

// Ensure creates the stream where it is missing, and brings its settings up
// to date. A stream that is larger or has more replicas than is asked for
// stays so: a process that was configured with fewer must not take away what
// another one relies on. It may be called again at any time; without a
// quorum, or while there are not enough servers, it returns ErrUnavailable.
func (b *Bus) Ensure(ctx context.Context) error {
	want := streamConfig(b.cfg.Replicas)
	stream, err := b.js.Stream(ctx, streamName)
	switch {
	case err == nil:
		have := stream.CachedInfo().Config
		want.Replicas = max(want.Replicas, have.Replicas)
		want.MaxBytes = have.MaxBytes
	case !errors.Is(err, jetstream.ErrStreamNotFound):
		return fmt.Errorf("%w: stream: %w", ErrUnavailable, err)
	}
	_, err = b.js.CreateOrUpdateStream(ctx, want)
	var refusal *jetstream.APIError
	if errors.As(err, &refusal) && refusal.ErrorCode == noStorage && stream == nil {
		want.MaxBytes = maxBytesLess
		_, err = b.js.CreateOrUpdateStream(ctx, want)
	}
	if err != nil {
		return fmt.Errorf("%w: stream: %w", ErrUnavailable, err)
	}
	return nil
}

// streamConfig is how the stream is to be.
func streamConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:       streamName,
		Subjects:   []string{allSubjects},
		Retention:  jetstream.LimitsPolicy,
		Storage:    jetstream.FileStorage,
		Discard:    jetstream.DiscardOld,
		MaxAge:     maxAge,
		MaxBytes:   maxBytes,
		Duplicates: dedupeWindow,
		Replicas:   max(1, replicas),
	}
}
