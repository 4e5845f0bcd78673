// Package demo sends invented reports through a portal's public API and
// follows each until a unit has it.
package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/phananh/portal/deploy/load/api"
)

// Config says what to send, and how.
type Config struct {
	Client   *api.Client
	Reports  []api.Report
	Parallel int           // reports on their way at once
	Deadline time.Duration // how long all may take to be routed, once all are sent
	Progress Progress
}

// Progress is told how far the run has come.
type Progress interface {
	Stage(name string, total int)
	Step()
}

// Delivery is one report on its way.
type Delivery struct {
	Report   api.Report
	Accepted api.Accepted
	Took     time.Duration // from the first attempt to the answer
	Err      error         // why it is lost, or not known to be routed

	Unit     *api.Unit     // where it went; nil: not routed
	RoutedIn time.Duration // from received to routed, by the portal's clock
}

// Run sends the reports and follows them. A report that the portal refuses
// ends the run: then the demo is wrong, or the portal is. Reports that got
// lost or stuck are in the result.
func Run(ctx context.Context, c Config) ([]*Delivery, error) {
	all := make([]*Delivery, len(c.Reports))
	for i, r := range c.Reports {
		all[i] = &Delivery{Report: r}
	}
	c.Progress.Stage("sent", len(all))
	err := inParallel(ctx, c.Parallel, all, func(ctx context.Context, d *Delivery) error {
		start := time.Now()
		d.Accepted, d.Err = c.Client.Send(ctx, api.NewKey(), d.Report)
		d.Took = time.Since(start)
		if d.Err != nil && !errors.Is(d.Err, api.ErrGaveUp) {
			return fmt.Errorf("report of %s: %w", d.Report.Category, d.Err)
		}
		c.Progress.Step()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, follow(ctx, c, all)
}

// follow looks at every receipt again and again until all are routed or the
// time is over. Each is looked at once at least.
func follow(ctx context.Context, c Config, all []*Delivery) error {
	var waiting []*Delivery
	for _, d := range all {
		if d.Err == nil {
			waiting = append(waiting, d)
		}
	}
	c.Progress.Stage("routed", len(waiting))
	deadline := time.Now().Add(c.Deadline)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		var mu sync.Mutex
		var still []*Delivery
		err := inParallel(ctx, c.Parallel, waiting, func(ctx context.Context, d *Delivery) error {
			done, err := look(ctx, c.Client, d)
			switch {
			case err != nil:
				return err
			case done:
				c.Progress.Step()
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			still = append(still, d)
			return nil
		})
		if err != nil || len(still) == 0 {
			return err
		}
		waiting = still
		if !time.Now().Before(deadline) {
			for _, d := range waiting {
				if d.Err == nil {
					d.Err = fmt.Errorf("%s: not routed within %s", d.Accepted.CaseNumber, c.Deadline)
				}
			}
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("follow reports: %w", ctx.Err())
		}
	}
}

// look reads one receipt; done says that there is nothing to wait for.
func look(ctx context.Context, client *api.Client, d *Delivery) (done bool, err error) {
	// A portal that is slow to answer must not hold up the others.
	limited, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	t, err := client.Track(limited, d.Accepted.Receipt)
	var refused *api.RefusedError
	switch {
	case err != nil && ctx.Err() != nil:
		return false, fmt.Errorf("follow %s: %w", d.Accepted.CaseNumber, err)
	case errors.As(err, &refused) && !errors.Is(err, api.ErrGaveUp):
		d.Err = fmt.Errorf("%s: %w", d.Accepted.CaseNumber, err)
		return true, nil // the receipt leads nowhere: lost
	case err != nil:
		d.Err = err // until it can be read again
		return false, nil
	case t.CaseNumber != d.Accepted.CaseNumber:
		d.Err = fmt.Errorf("%s: the receipt shows %s", d.Accepted.CaseNumber, t.CaseNumber)
		return true, nil
	}
	d.Err = nil
	at, routed := t.RoutedAt()
	if routed {
		d.Unit, d.RoutedIn = t.Unit, at.Sub(t.ReceivedAt)
	}
	return routed, nil
}

// inParallel does all, n at a time, and returns the first error.
func inParallel(ctx context.Context, n int, all []*Delivery, do func(context.Context, *Delivery) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(n)
	for _, d := range all {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, d)
		})
	}
	return group.Wait()
}
