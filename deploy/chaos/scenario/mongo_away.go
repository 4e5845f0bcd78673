package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
)

// outage is one way of being without MongoDB.
type outage struct {
	name        string
	begin, over func(ctx context.Context, f *fleet.Fleet) error
}

func outages() []outage {
	return []outage{
		{
			name:  "killed",
			begin: func(ctx context.Context, f *fleet.Fleet) error { return f.Engine.Down(ctx, syscall.SIGKILL) },
			over: func(ctx context.Context, f *fleet.Fleet) error {
				return errors.Join(f.Engine.Up(), f.Engine.WaitUp(ctx))
			},
		},
		{
			name:  "paused",
			begin: func(_ context.Context, f *fleet.Fleet) error { f.Engine.Pause(); return nil },
			over:  func(_ context.Context, f *fleet.Fleet) error { f.Engine.Resume(); return nil },
		},
		{name: "black hole", begin: onMongoLinks((*fleet.Link).BlackHole), over: onMongoLinks((*fleet.Link).Heal)},
		{
			name:  "cut",
			begin: onMongoLinks(func(l *fleet.Link) error { l.Cut(); return nil }),
			over:  onMongoLinks((*fleet.Link).Heal),
		},
	}
}

func onMongoLinks(do func(*fleet.Link) error) func(context.Context, *fleet.Fleet) error {
	return func(_ context.Context, f *fleet.Fleet) error {
		var errs []error
		for _, l := range f.LinksTo("mongodb") {
			errs = append(errs, do(l))
		}
		return errors.Join(errs...)
	}
}

// mongoAway: MongoDB is dead, paused, swallowed by the network and cut off, in
// turn. Nobody may be told 201 meanwhile, and everybody must be told soon.
func mongoAway(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var people sync.WaitGroup
	var sent error
	people.Go(func() {
		sent = t.Residents("all", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = 1<<20, 10, 256 }).Run(sending)
	})
	away, between := pick(s, 20*time.Second, 6*time.Second), pick(s, 20*time.Second, 6*time.Second)
	var harm error
	for _, o := range outages() {
		pause(ctx, between/2)
		if harm = t.without(ctx, o, away); harm != nil {
			break
		}
		pause(ctx, between)
	}
	stop()
	people.Wait()
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}

// settling is how long after an outage began what was on its way before may
// still succeed.
const settling = 200 * time.Millisecond

// without takes MongoDB away for a while and looks at what residents were told.
func (t *Trial) without(ctx context.Context, o outage, away time.Duration) error {
	var gone window
	err := t.During("mongodb", history.Fault{Kind: "away", Note: o.name}, func() error {
		if err := o.begin(ctx, t.Fleet); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
		gone.from = t.Log.Now() + settling
		pause(ctx, away)
		gone.to = t.Log.Now()
		return o.over(ctx, t.Fleet)
	})
	if err != nil {
		return err
	}
	back := t.Log.Now()
	first, again := t.served(ctx, gone.to, 10*time.Second)
	attempts := gone.submitted(t.Log.History())
	told := answers(attempts)
	if n := told["201"]; n > 0 {
		t.Find("%s: %d reports were answered 201 though MongoDB was away", o.name, n)
	}
	if told["503"] == 0 {
		t.Find("%s: nobody was answered 503: %v", o.name, told)
	}
	if !again {
		t.Find("%s: nothing was accepted within 10 s after MongoDB was back", o.name)
	}
	t.Measure(o.name, "%v, slowest answer %s, first 201 %s after it was back", told, short(slowest(attempts)), short(max(0, first-back)))
	return nil
}

// served waits, no longer than limit, until a report is accepted that was sent
// after a time, and returns when that was.
func (t *Trial) served(ctx context.Context, after, limit time.Duration) (time.Duration, bool) {
	for deadline := time.Now().Add(limit); ; {
		first, ok := accepted(t.Log.History(), after)
		if ok || time.Now().After(deadline) || !pause(ctx, 100*time.Millisecond) {
			return first, ok
		}
	}
}
