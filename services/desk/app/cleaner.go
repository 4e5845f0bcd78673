package app

import (
	"context"
	"sync"
	"time"
)

// cleanEvery is how often sessions that ran out are removed.
const cleanEvery = time.Hour

// cleaner removes sessions that ran out.
type cleaner struct {
	stop context.CancelFunc
	done sync.WaitGroup
}

func startCleaner(cfg Config) *cleaner {
	ctx, stop := context.WithCancel(context.Background())
	c := &cleaner{stop: stop}
	c.done.Go(func() {
		tick := time.NewTicker(cleanEvery)
		defer tick.Stop()
		for {
			if _, err := cfg.Journal.ForgetSessions(ctx, cfg.Now()); err != nil && ctx.Err() == nil {
				cfg.Log.Warn("old sessions not removed", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return c
}

func (c *cleaner) close() {
	c.stop()
	c.done.Wait()
}
