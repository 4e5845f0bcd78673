// Package outage keeps the log readable while something is away.
package outage

import (
	"log/slog"
	"sync"
	"time"
)

// remindEvery is how often the log is told that something is still away.
const remindEvery = time.Minute

// Outage says in the log that something was lost, once a minute that it still
// is, and that it is back, however often it is tried in between. It is safe
// for concurrent use.
type Outage struct {
	// Patience is how long something may be away before it is told of.
	Patience time.Duration

	log        *slog.Logger
	lost, back string

	mu    sync.Mutex
	since time.Time // zero: not away
	said  time.Time // zero: not said since then
}

// New makes an Outage with what is said when something is lost and when it is
// back.
func New(log *slog.Logger, lost, back string) *Outage {
	return &Outage{log: log, lost: lost, back: back}
}

// Failed notes that it did not work at this moment.
func (o *Outage) Failed(now time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = now
	}
	if now.Sub(o.since) < o.Patience || now.Sub(o.said) < remindEvery {
		return
	}
	o.said = now
	o.log.Warn(o.lost, "for", now.Sub(o.since).Round(time.Second), "error", err)
}

// Worked notes that it did.
func (o *Outage) Worked(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.said.IsZero() {
		o.log.Info(o.back, "after", now.Sub(o.since).Round(time.Millisecond))
	}
	o.since, o.said = time.Time{}, time.Time{}
}
