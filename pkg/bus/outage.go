package bus

import (
	"log/slog"
	"sync"
	"time"
)

// remindEvery is how often the log is told that something is still away.
const remindEvery = time.Minute

// outage keeps the log readable while something is away: a line when it is
// lost, a reminder a minute, and a line when it is back, however often it is
// tried in between. What is back before patience has passed is not told of.
type outage struct {
	log      *slog.Logger
	lost     string // what is said when it is lost
	back     string // what is said when it is back
	patience time.Duration

	mu    sync.Mutex
	since time.Time // zero: not away
	said  time.Time // zero: not said since then
}

// failed notes that it did not work at this moment.
func (o *outage) failed(now time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = now
	}
	if now.Sub(o.since) < o.patience || now.Sub(o.said) < remindEvery {
		return
	}
	o.said = now
	o.log.Warn(o.lost, "for", now.Sub(o.since).Round(time.Second), "error", err)
}

// worked notes that it did.
func (o *outage) worked(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.said.IsZero() {
		o.log.Info(o.back, "after", now.Sub(o.since).Round(time.Millisecond))
	}
	o.since, o.said = time.Time{}, time.Time{}
}
