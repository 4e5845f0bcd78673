package bus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Inspection says which servers to look at.
type Inspection struct {
	URL      string // one server, or several divided by commas
	Options  []Option
	Replicas int              // that the stream should have
	Consumer string           // durable name of the consumer to look at
	Now      func() time.Time // this machine's clock
}

// Answer is what was found out about one thing, or why it was not.
type Answer[T any] struct {
	Value T
	Err   error
}

func answer[T any](v T, err error) Answer[T] { return Answer[T]{v, err} }

// Facts is what NATS tells an ordinary client. What it means is for others to
// judge.
type Facts struct {
	TLS       bool
	Loopback  bool // every server named is on this machine
	Server    string
	Version   string
	Cluster   string // name of the cluster; empty: the server is alone
	RoundTrip time.Duration
	MaxBytes  int64 // what the stream may grow to, per replica

	Account    Answer[Account]
	Stream     Answer[*StreamState]   // nil: there is none
	Consumer   Answer[*ConsumerState] // nil: there is none
	Publish    Answer[time.Duration]  // how long the stream takes to answer a publisher
	ClockAhead Answer[time.Duration]  // the stream leader's clock less this machine's
}

// Account is what JetStream grants to the connection's account.
type Account struct {
	Limit int64 // bytes; below 0: none
	Once  bool  // what is stored counts once, and not in each replica
}

// Difference is a setting that is not as the program makes it.
type Difference struct{ Setting, Is, Wanted string }

// StreamState is the state of the stream.
type StreamState struct {
	Messages    uint64
	Bytes       uint64
	Replicas    int
	Leader      string   // empty: the server is alone
	Behind      []string // replicas that are offline or behind, with how much
	Differences []Difference
}

// ConsumerState is the state of a consumer.
type ConsumerState struct {
	Waiting     uint64    // messages not delivered yet
	Unsettled   int       // delivered and not acknowledged
	Oldest      time.Time // when the oldest of both was published; zero: there is none
	Differences []Difference
}

// Why something was not found out, or cannot be done.
var (
	ErrNoJetStream = errors.New("bus: JetStream is off, or not for this account")
	ErrNoStream    = errors.New("bus: there is no stream yet")
	ErrNotAllowed  = errors.New("bus: the account may not do this")
)

// Inspect connects, asks, and disconnects. It returns an error that wraps
// ErrUnavailable when no server answers; everything else that could not be
// found out is in the answers. It changes nothing: its one message names a
// position that the stream does not have, so the stream refuses to store it.
func Inspect(ctx context.Context, in Inspection) (Facts, error) {
	opts := append([]nats.Option{
		nats.Name("phananh-doctor"),
		nats.Timeout(2 * time.Second),
		nats.NoReconnect(),
	}, in.Options...)
	conn, err := nats.Connect(in.URL, opts...)
	if err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(2*time.Second))
	if err != nil {
		return Facts{}, fmt.Errorf("bus: %w", err)
	}
	f := Facts{
		Loopback: !slices.ContainsFunc(strings.Split(in.URL, ","), remote),
		Server:   conn.ConnectedServerName(), Version: conn.ConnectedServerVersion(), Cluster: conn.ConnectedClusterName(),
		MaxBytes: maxBytes,
	}
	_, err = conn.TLSConnectionState()
	f.TLS = err == nil
	if f.RoundTrip, err = conn.RTT(); err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	f.Account = answer(account(ctx, js, in.Replicas))
	if f.Account.Err != nil { // JetStream does not answer: nothing below would
		f.Stream.Err, f.Consumer.Err = f.Account.Err, f.Account.Err
		f.Publish.Err, f.ClockAhead.Err = f.Account.Err, f.Account.Err
		return f, nil
	}
	i := inspector{in: in, conn: conn, js: js}
	f.Stream, f.ClockAhead = i.stream(ctx)
	f.Consumer = answer(i.consumer(ctx))
	f.Publish = answer(i.publish(ctx))
	return f, nil
}

// remote says whether a server's address is another machine's.
func remote(server string) bool {
	server = strings.TrimSpace(server)
	if !strings.Contains(server, "://") {
		server = "nats://" + server
	}
	u, err := url.Parse(server)
	if err != nil {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

func account(ctx context.Context, js jetstream.JetStream, replicas int) (Account, error) {
	info, err := js.AccountInfo(ctx)
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return Account{}, ErrNoJetStream
	}
	if err != nil {
		return Account{}, fmt.Errorf("JetStream: %w", err)
	}
	if len(info.Tiers) == 0 {
		return Account{Limit: info.Limits.MaxStore}, nil
	}
	tier := info.Tiers[fmt.Sprintf("R%d", max(1, replicas))] // without one: nothing is granted
	return Account{Limit: tier.Limits.MaxStore, Once: true}, nil
}

type inspector struct {
	in   Inspection
	conn *nats.Conn
	js   jetstream.JetStream
}

func (i inspector) stream(ctx context.Context) (Answer[*StreamState], Answer[time.Duration]) {
	sent, begun := i.in.Now(), time.Now()
	s, err := i.js.Stream(ctx, streamName)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return Answer[*StreamState]{}, Answer[time.Duration]{Err: ErrNoStream}
	}
	if err != nil {
		return Answer[*StreamState]{Err: err}, Answer[time.Duration]{Err: err}
	}
	info := s.CachedInfo()
	state := &StreamState{
		Messages: info.State.Msgs, Bytes: info.State.Bytes, Replicas: info.Config.Replicas,
		Differences: streamDifferences(info.Config, streamConfig(i.in.Replicas)),
	}
	if c := info.Cluster; c != nil {
		state.Leader = c.Leader
		for _, r := range c.Replicas {
			switch {
			case r.Offline:
				state.Behind = append(state.Behind, r.Name+" is offline")
			case !r.Current:
				state.Behind = append(state.Behind, fmt.Sprintf("%s is %d behind", r.Name, r.Lag))
			}
		}
	}
	clock := Answer[time.Duration]{Err: errors.New("the server does not tell its time")} // before NATS 2.10
	if !info.TimeStamp.IsZero() {
		clock = answer(info.TimeStamp.Sub(sent.Add(time.Since(begun)/2)), nil)
	}
	return Answer[*StreamState]{Value: state}, clock
}

func (i inspector) consumer(ctx context.Context) (*ConsumerState, error) {
	c, err := i.js.Consumer(ctx, streamName, i.in.Consumer)
	if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	info := c.CachedInfo()
	state := &ConsumerState{
		Waiting: info.NumPending, Unsettled: info.NumAckPending,
		Differences: consumerDifferences(info.Config, workConfig(i.in.Consumer)),
	}
	if state.Waiting == 0 && state.Unsettled == 0 {
		return state, nil
	}
	s, err := i.js.Stream(ctx, streamName)
	if err != nil {
		return state, nil // how old it is then stays unknown
	}
	if m, err := s.GetMsg(ctx, info.AckFloor.Stream+1, jetstream.WithGetMsgSubject(reportsSubject)); err == nil {
		state.Oldest = m.Time
	}
	return state, nil
}

// noSequence is beyond every position that a stream will ever have.
const noSequence = 1 << 62

// publish asks the stream to store a message after one that it does not have,
// which it refuses: the way there and the permission are shown, and nothing is
// stored.
func (i inspector) publish(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	_, err := i.js.Publish(ctx, reportsSubject, nil,
		jetstream.WithExpectLastSequence(noSequence), jetstream.WithRetryAttempts(0))
	took := time.Since(begun)
	var refused *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrNoStreamResponse):
		return 0, ErrNoStream
	case errors.As(err, &refused) && (refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant):
		return took, nil
	case errors.Is(i.conn.LastError(), nats.ErrPermissionViolation):
		return 0, fmt.Errorf("%w: publish on %s", ErrNotAllowed, reportsSubject)
	case err == nil:
		return 0, errors.New("the stream stored a message that it should have refused")
	}
	return 0, err
}
