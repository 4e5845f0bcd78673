// Package bus carries announcements over NATS JetStream: that a report was
// accepted, that an action was appended. It is the only package, the embedded
// server aside, that imports NATS.
//
// An announcement is a fast hint that may be lost, repeated or late. The
// journal stays the truth, and every consumer is idempotent because every
// entry has its number. See deploy/adr/0003-nats-as-a-hint.md.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/outage"
)

// Errors of the bus.
var (
	ErrUnavailable = errors.New("bus: not available")
	ErrReplaced    = errors.New("bus: the stream was replaced")
)

const (
	maxInFlight = 4096 // announcements published and not yet acknowledged
	// acknowledgedWithin is how long one of them counts as in flight. Without an
	// end, those that a server never answers would add up to maxInFlight.
	acknowledgedWithin = 5 * time.Second
)

// Option is what the client of an embedded server needs to be told.
type Option = nats.Option

// Config of a bus.
type Config struct {
	URL      string // one server, or several divided by commas
	Options  []Option
	Replicas int // of the stream: 1, or 3 on a cluster
	Log      *slog.Logger
}

// Bus is a connection to NATS. It is safe for concurrent use.
type Bus struct {
	cfg  Config
	conn *nats.Conn
	js   jetstream.JetStream

	counters counters
}

// Connect connects to NATS, now or as soon as a server can be reached: a
// program that only announces can start without one.
func Connect(cfg Config) (*Bus, error) {
	away := outage.New(cfg.Log, "NATS cannot be reached", "NATS can be reached again")
	opts := append([]nats.Option{
		nats.Name("phananh"),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(500 * time.Millisecond),
		nats.ReconnectBufSize(-1), // nothing is buffered: the outbox does that
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // nil: closed on purpose
				away.Failed(time.Now(), err)
			}
		}),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { away.Failed(time.Now(), err) }),
		nats.ReconnectHandler(func(*nats.Conn) { away.Worked(time.Now()) }),
		nats.ConnectHandler(func(*nats.Conn) { away.Worked(time.Now()) }),
	}, cfg.Options...)
	conn, err := nats.Connect(cfg.URL, opts...)
	if _, malformed := errors.AsType[*url.Error](err); malformed {
		return nil, errors.New("bus: NATS_URL is malformed") // the cause would show the password
	}
	if err != nil {
		return nil, fmt.Errorf("bus: connect: %w", err)
	}
	js, err := jetstream.New(conn,
		jetstream.WithPublishAsyncMaxPending(maxInFlight),
		jetstream.WithPublishAsyncTimeout(acknowledgedWithin))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("bus: %w", err)
	}
	return &Bus{cfg: cfg, conn: conn, js: js}, nil
}

// Ping says whether a server with JetStream and the stream answers.
func (b *Bus) Ping(ctx context.Context) error {
	if !b.conn.IsConnected() {
		return fmt.Errorf("%w: not connected", ErrUnavailable)
	}
	_, err := b.Position(ctx)
	return err
}

// Close ends the connection. Consumers must have ended before.
func (b *Bus) Close() { b.conn.Close() }
