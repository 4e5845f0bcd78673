package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/outage"
	"github.com/phananh/portal/pkg/report"
)

const (
	// ackWait is how long a report that a process was killed over waits until
	// another gets it. Whoever is at work on one says so more often than that.
	ackWait = 10 * time.Second
	// handleWithin bounds one attempt. The journal needs up to 2.5 s for a batch
	// that times out, and a full queue holds eight of them.
	handleWithin = 30 * time.Second
	// maxUnacked bounds what is in hand or waits to come back, over all
	// processes. What waits to come back must not keep out what is new.
	maxUnacked = 4096
	// maxDeliver ends what would circle for ever: at 10 s between attempts it is
	// longer than a day-long outage of the database, and shorter than the stream
	// keeps an announcement. What ends is handed to Job.Exhausted; a report
	// that waits for its unit after all is announced anew by the boards.
	maxDeliver = 10_000
	// fetchWait is how long a request for more reports stands. Nothing that is
	// on its way is lost when a process stops, because the request runs out.
	fetchWait = time.Second

	// prepareWithin is how long stream and consumer may take to be made. Without
	// a leader nobody answers, and asking again is better than waiting.
	prepareWithin = 2 * time.Second

	retryAfter = 500 * time.Millisecond
)

// ErrPoison is wrapped by a handler that has dealt with a report for good in
// another way: the announcement is terminated and does not come back.
var ErrPoison = errors.New("bus: poison")

// Job is work on accepted reports that processes share.
type Job struct {
	Name    string // processes that give the same name share the work
	Workers int    // how many reports this process handles at a time

	// Handle deals with a report; attempt counts from 1. An error brings the
	// report back later; ErrPoison does not. It has half a minute.
	Handle func(ctx context.Context, id report.ID, attempt int) error

	// Exhausted deals with a report that was handed out MaxDeliver times and is
	// not any more. One of the processes is asked, the one that hears of it.
	// After some errors it is not asked again.
	Exhausted func(ctx context.Context, id report.ID) error

	// Zero values mean the defaults.
	AckWait    time.Duration // when a report whose process died is handed out again; default 10 s
	MaxDeliver int           // how often a report is handed out; default 10,000
}

func (j Job) withDefaults() Job {
	if j.AckWait == 0 {
		j.AckWait = ackWait
	}
	if j.MaxDeliver == 0 {
		j.MaxDeliver = maxDeliver
	}
	return j
}

// Work hands each accepted report to the job, at least once, shared among all
// processes that work under the same name, until ctx ends; handlers that have
// begun are then waited for. A process takes no more reports than it has free
// workers, so that none waits in it while another process is idle, and none is
// handed out a second time because it waited. Work survives the loss of the
// connection, of the consumer and of the stream.
func (b *Bus) Work(ctx context.Context, job Job) {
	job = job.withDefaults()
	w := &crew{bus: b, job: job, free: make(chan struct{}, job.Workers)}
	for range job.Workers {
		w.free <- struct{}{}
	}
	w.running.Go(func() { b.hearEnded(ctx, job) })
	w.running.Go(func() { b.hearExhausted(ctx, job) })
	trouble := outage.New(b.cfg.Log.With("job", job.Name), "no work can be fetched", "work goes on")
	trouble.Patience = 2 * time.Second
	for ctx.Err() == nil {
		err := w.work(ctx, func() { trouble.Worked(time.Now()) })
		if err != nil && ctx.Err() == nil && b.conn.IsConnected() { // a lost connection is told of elsewhere
			trouble.Failed(time.Now(), err)
		}
		if err != nil {
			pause(ctx, retryAfter)
		}
	}
	w.running.Wait()
}

// crew is the workers of one process.
type crew struct {
	bus     *Bus
	job     Job
	free    chan struct{} // holds a token for each worker without a report
	running sync.WaitGroup
}

// work makes sure of stream and consumer, and fetches until something breaks.
func (w *crew) work(ctx context.Context, worked func()) error {
	b := w.bus
	if !b.conn.IsConnected() {
		return fmt.Errorf("%w: not connected", ErrUnavailable)
	}
	consumer, err := w.prepare(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := w.fetch(ctx, consumer); err != nil {
			return fmt.Errorf("%w: fetch: %w", ErrUnavailable, err)
		}
		worked()
	}
	return nil
}

func (w *crew) prepare(ctx context.Context) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, prepareWithin)
	defer cancel()
	if err := w.bus.Ensure(ctx); err != nil {
		return nil, err
	}
	consumer, err := w.bus.js.CreateOrUpdateConsumer(ctx, streamName, w.job.config())
	if err != nil {
		return nil, fmt.Errorf("%w: consumer %s: %w", ErrUnavailable, w.job.Name, err)
	}
	return consumer, nil
}

// fetch asks for as many reports as there are free workers.
func (w *crew) fetch(ctx context.Context, consumer jetstream.Consumer) error {
	asked := w.reserve(ctx)
	if asked == 0 {
		return nil
	}
	batch, err := consumer.Fetch(asked, jetstream.FetchMaxWait(fetchWait))
	if err != nil {
		w.release(asked)
		return err
	}
	for msg := range batch.Messages() {
		asked--
		w.running.Go(func() {
			defer w.release(1)
			w.bus.deliver(context.WithoutCancel(ctx), w.job, msg)
		})
	}
	w.release(asked)
	return batch.Error()
}

// reserve waits for a free worker and takes all that are free. It returns 0
// when ctx ends.
func (w *crew) reserve(ctx context.Context) int {
	select {
	case <-ctx.Done():
		return 0
	case <-w.free:
	}
	for n := 1; ; n++ {
		select {
		case <-w.free:
		default:
			return n
		}
	}
}

func (w *crew) release(n int) {
	for range n {
		w.free <- struct{}{}
	}
}

// config is how the job's consumer is to be.
func (j Job) config() jetstream.ConsumerConfig {
	c := workConfig(j.Name)
	c.AckWait, c.MaxDeliver = j.AckWait, j.MaxDeliver
	return c
}

// workConfig is how the consumer of a durable name is to be.
func workConfig(durable string) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:       durable,
		FilterSubject: reportsSubject,
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       ackWait,
		MaxDeliver:    maxDeliver,
		MaxAckPending: maxUnacked,
	}
}

// pause waits for a while, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
