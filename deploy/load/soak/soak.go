// Package soak watches a portal's memory while many clients send reports for
// minutes. The board holds every open case in memory on purpose; what grows
// beside that would be a leak.
package soak

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/phananh/portal/deploy/load/accept"
)

// Config says what to watch, and under what load.
type Config struct {
	Load   accept.Config
	Every  time.Duration          // between two looks at the memory
	Memory func() (Memory, error) // of the portal's process
}

// Sample is one look at the portal.
type Sample struct {
	At       time.Duration `json:"at"`       // since the load began
	Accepted int64         `json:"accepted"` // reports until then
	Memory
}

// Run sends the load and looks at the memory until it ends.
func Run(ctx context.Context, c Config) (Result, error) {
	var accepted atomic.Int64
	c.Load.Accepted = func() { accepted.Add(1) }
	begun := time.Now()
	var samples []Sample
	look := func() error {
		m, err := c.Memory()
		samples = append(samples, Sample{time.Since(begun), accepted.Load(), m})
		return err
	}
	if err := look(); err != nil {
		return Result{}, err
	}
	type outcome struct {
		result accept.Result
		err    error
	}
	loading, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan outcome, 1)
	go func() {
		r, err := accept.Run(loading, c.Load)
		done <- outcome{r, err}
	}()
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := look(); err != nil {
				stop()
				<-done
				return Result{}, err
			}
		case o := <-done:
			if o.err != nil {
				return Result{}, o.err
			}
			err := look()
			return Result{Load: o.result, Samples: samples, judgement: judge(samples)}, err
		}
	}
}
