// Package latency measures how long an accepted report takes to appear before
// an officer: from reading the 201 to reading the desk's event, and to the
// first page of the queue that has it.
package latency

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/load/api"
)

// Config says what to measure.
type Config struct {
	Public, Desk       string // addresses
	Username, Password string // of an officer's account
	Rate               float64
	Duration           time.Duration
	Patience           time.Duration // how long a case may take to appear

	// Reports plans n reports that go to the unit's queue.
	Reports func(unit string, n int) ([]api.Report, error)
}

// sampleEvery is how many reports come before one is looked for in the queue
// as well: asking for the queue all the time would be a load of its own.
const sampleEvery = 5

// sighting is what became of one report.
type sighting struct {
	accepted  time.Time // when the 201 was read; zero: never
	elsewhere bool      // it goes to another unit, so it is not waited for
	event     time.Time // when the desk's event was read; zero: never
	queue     time.Duration
	sampled   bool
	err       error
}

// run is one measurement under way.
type run struct {
	client *api.Client
	desk   *desk
	config Config

	mu     sync.Mutex
	events map[string]time.Time // first event of each case, by its number
	came   chan struct{}        // closed and replaced when an event came
}

// Run measures. Reports that never appeared are counted in the result; an
// error means that the measurement could not be made, or not to its end.
func Run(ctx context.Context, c Config) (Result, error) {
	transport := api.NewTransport(64)
	defer transport.CloseIdleConnections()
	h := &http.Client{Transport: transport}
	d, err := logIn(ctx, h, c.Desk, c.Username, c.Password)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		d.logOut(ctx)
	}()
	reports, err := c.Reports(d.unit, max(1, int(c.Rate*c.Duration.Seconds())))
	if err != nil {
		return Result{}, err
	}

	listening, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{client: api.New(c.Public, h, api.Once()), desk: d, config: c, events: map[string]time.Time{}, came: make(chan struct{})}
	stream, err := d.events(listening)
	if err != nil {
		return Result{}, err
	}
	var listener sync.WaitGroup
	listener.Go(func() {
		defer stream.Close()
		if err := readEvents(stream, r.note); listening.Err() == nil {
			stop(fmt.Errorf("the desk's stream of events ended: %w", errors.Join(err, errStreamEnded)))
		}
	})
	sightings := r.sendAll(listening, reports)
	cause := context.Cause(listening)
	stop(nil)
	listener.Wait()
	if cause != nil {
		return Result{}, cause
	}
	return summarise(c, sightings), nil
}

var errStreamEnded = errors.New("end of stream")

// sendAll sends at the given rate, whatever the answers take: a portal that
// gets slow does not get less to do.
func (r *run) sendAll(ctx context.Context, reports []api.Report) []sighting {
	out := make([]sighting, len(reports))
	tick := time.NewTicker(time.Duration(float64(time.Second) / r.config.Rate))
	defer tick.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for i := range reports {
		wg.Go(func() {
			out[i].sampled = i%sampleEvery == 0
			r.sight(ctx, reports[i], &out[i])
		})
		select {
		case <-tick.C:
		case <-ctx.Done():
			return out
		}
	}
	return out
}

// sight sends one report and waits until the officer sees it.
func (r *run) sight(ctx context.Context, report api.Report, s *sighting) {
	accepted, err := r.client.Send(ctx, api.NewKey(), report)
	if err != nil {
		s.err = err
		return
	}
	s.accepted = time.Now()
	// Some categories are not for the district's own unit to look into.
	if s.elsewhere = accepted.Unit != nil && accepted.Unit.Code != r.desk.unit; s.elsewhere {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	if s.sampled {
		s.queue, s.err = r.waitInQueue(ctx, accepted.CaseNumber, s.accepted)
	}
	if s.event = r.waitForEvent(ctx, accepted.CaseNumber); s.event.IsZero() {
		s.err = fmt.Errorf("no event of %s within %s", accepted.CaseNumber, r.config.Patience)
	}
}

// waitInQueue asks for the queue until it has the case.
func (r *run) waitInQueue(ctx context.Context, caseNumber string, since time.Time) (time.Duration, error) {
	for {
		shown, err := r.desk.queueShows(ctx, caseNumber)
		switch {
		case shown:
			return time.Since(since), nil
		case ctx.Err() != nil:
			return 0, fmt.Errorf("%s is not in the queue after %s", caseNumber, r.config.Patience)
		case err != nil:
			return 0, err
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// waitForEvent returns when the case's first event was read; zero: never.
func (r *run) waitForEvent(ctx context.Context, caseNumber string) time.Time {
	for {
		r.mu.Lock()
		at, ok := r.events[caseNumber]
		came := r.came
		r.mu.Unlock()
		if ok {
			return at
		}
		select {
		case <-came:
		case <-ctx.Done():
			return time.Time{}
		}
	}
}

// note records an event of a case.
func (r *run) note(e event) {
	now := time.Now()
	var row struct {
		CaseNumber string `json:"case_number"`
	}
	if e.name != "case" || json.Unmarshal([]byte(e.data), &row) != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, seen := r.events[row.CaseNumber]; !seen {
		r.events[row.CaseNumber] = now
		close(r.came)
		r.came = make(chan struct{})
	}
}
