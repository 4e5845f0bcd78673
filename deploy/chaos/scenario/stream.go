package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Names of the product's stream and of the subject of reports; pkg/bus keeps
// them to itself.
const (
	streamName     = "PHANANH"
	reportsSubject = "phananh.v1.report"
)

// stream is the product's stream as an operator's tool sees it, without links.
type stream struct {
	conn *nats.Conn
	js   jetstream.JetStream
}

// openStream connects to the NATS servers of a trial.
func (t *Trial) openStream() (*stream, error) {
	var urls []string
	for i := range t.Fleet.NATS {
		urls = append(urls, t.Fleet.NATSURL(i))
	}
	conn, err := nats.Connect(strings.Join(urls, ","), nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond), nats.Timeout(2*time.Second))
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &stream{conn, js}, nil
}

func (s *stream) close() { s.conn.Close() }

// delete deletes the stream with all its consumers.
func (s *stream) delete(ctx context.Context) error { return s.js.DeleteStream(ctx, streamName) }

// messages reads all messages that the stream holds now, each once however
// often it is there.
func (s *stream) messages(ctx context.Context) ([]*nats.Msg, error) {
	info, err := s.js.Stream(ctx, streamName)
	if err != nil {
		return nil, err
	}
	state := info.CachedInfo().State
	var out []*nats.Msg
	seen := map[string]bool{}
	for seq := state.FirstSeq; seq <= state.LastSeq; seq++ {
		m, err := info.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if key := m.Subject + " " + string(m.Data); !seen[key] {
			seen[key] = true
			out = append(out, &nats.Msg{Subject: m.Subject, Data: m.Data})
		}
	}
	return out, nil
}

// atOnce is how many messages are on their way to the server at most.
const atOnce = 1000

// publish publishes messages as they are: without an ID, so that the server
// takes each for a new one.
func (s *stream) publish(ctx context.Context, all []*nats.Msg) error {
	for part := range slices.Chunk(all, atOnce) {
		for _, m := range part {
			if _, err := s.js.PublishMsgAsync(&nats.Msg{Subject: m.Subject, Data: m.Data}); err != nil {
				return err
			}
		}
		select {
		case <-s.js.PublishAsyncComplete():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// settled waits until every consumer has had every message.
func (s *stream) settled(ctx context.Context) error {
	for {
		left, err := s.left(ctx)
		if err == nil && left == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d messages not consumed: %w", left, errors.Join(ctx.Err(), err))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (s *stream) left(ctx context.Context) (n int, err error) {
	info, err := s.js.Stream(ctx, streamName)
	if err != nil {
		return 0, err
	}
	consumers := info.ListConsumers(ctx)
	for c := range consumers.Info() {
		n += int(c.NumPending) + c.NumAckPending
	}
	return n, consumers.Err()
}

// leader is the name of the server that leads the stream.
func (s *stream) leader(ctx context.Context) (string, error) {
	info, err := s.js.Stream(ctx, streamName)
	if err != nil {
		return "", err
	}
	if c := info.CachedInfo().Cluster; c != nil {
		return c.Leader, nil
	}
	return "", errors.New("the stream is on no cluster")
}
