// Package follow keeps a board in step with the journal: from a checkpoint or
// the whole journal at first, from the stream afterwards, and from the journal
// again whenever the stream cannot be trusted. The journal's word is last:
// what it does not have leaves the board, what it cannot read is marked.
package follow

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/outage"
	"github.com/phananh/portal/pkg/report"
)

const (
	retryAfter      = 500 * time.Millisecond
	retryAtMost     = 10 * time.Second
	positionTimeout = 2 * time.Second

	rescanEvery = 30 * time.Second // while the stream cannot be followed
	watchEvery  = 3 * time.Second  // whether the stream can still be reached
	settled     = 5 * time.Second  // of following, after which the stream is called back
)

// Config of a Follower.
type Config struct {
	Board      *board.Board
	Journal    *journal.Journal
	Bus        *bus.Bus
	DutyDesk   string           // the unit that gets what cannot be read; empty: none
	Checkpoint string           // file; empty: none
	Patience   time.Duration    // how long entries may be on their way; default 15 s
	Ledger     *ledger.Recorder // of what the journal holds; nil: none
	Log        *slog.Logger
	Now        func() time.Time
}

// Follower keeps a board in step until it is closed.
type Follower struct {
	cfg  Config
	stop context.CancelFunc
	runs sync.WaitGroup

	rebuilt   chan struct{} // closed once the board holds the whole journal
	isRebuilt sync.Once
	following atomic.Bool
	restored  atomic.Bool   // from a checkpoint
	until     atomic.Uint64 // the stream's end when it was restored

	mu           sync.Mutex
	position     *bus.Position // nil: unknown
	turn         int           // counts the times that the position was put back
	interrupt    context.CancelFunc
	installation string // empty: unknown

	scanning sync.Mutex
	damaged  string // the damaged entries that were told of last; guarded by scanning

	readable atomic.Bool // the journal answered last time
	replaced atomic.Bool // the stream may be another one, and reports that wait are to be announced

	stream, store, lacking, idle, untold *outage.Outage

	doubts doubts
}

// Start begins to follow, in the background: the board is empty at first.
func Start(cfg Config) *Follower {
	if cfg.Patience == 0 {
		cfg.Patience = 15 * time.Second
	}
	ctx, stop := context.WithCancel(context.Background())
	f := &Follower{
		cfg: cfg, stop: stop, rebuilt: make(chan struct{}), interrupt: func() {},
		stream:  outage.New(cfg.Log, "stream not followed; the journal is read from time to time", "stream followed again"),
		store:   outage.New(cfg.Log, "journal not read", "journal read again"),
		lacking: outage.New(cfg.Log, "entries were announced that are not in the journal", "all that was announced is in the journal"),
		idle:    outage.New(cfg.Log, "reports wait for a unit; announced again", "every report has a unit"),
		untold:  outage.New(cfg.Log, "reports not announced again", "reports can be announced again"),
	}
	f.readable.Store(true)
	f.runs.Go(func() { f.follow(ctx) })
	f.runs.Go(func() { f.tend(ctx) })
	f.runs.Go(func() { f.compare(ctx) })
	return f
}

// Close stops following and saves a checkpoint.
func (f *Follower) Close() error {
	f.stop()
	f.runs.Wait()
	return f.save()
}

// follow goes on from where the board stands. While that is unknown it asks
// where the stream is and reads the whole journal after that. While the stream
// cannot be followed it reads the journal from time to time.
func (f *Follower) follow(ctx context.Context) {
	f.restore(ctx)
	delay := retryAfter
	var due time.Time // when the journal is to be read next
	for {
		at, known := f.where()
		found := false
		if known && due.IsZero() {
			due = time.Now().Add(rescanEvery) // restored from a checkpoint
		}
		if !known {
			at, found = f.ask(ctx)
		}
		if begun := time.Now(); found || begun.After(due) {
			if f.scan(ctx) {
				due = time.Now().Add(max(rescanEvery, 10*time.Since(begun)))
				if found {
					f.set(&at)
					f.replaced.Store(true)
				}
			}
		}
		if at, known = f.where(); known && f.listen(ctx, at) {
			delay = retryAfter
		}
		if !wait(ctx, delay) {
			return
		}
		delay = min(2*delay, retryAtMost)
	}
}

// ask returns where the stream is, if it can be found out.
func (f *Follower) ask(ctx context.Context) (bus.Position, bool) {
	at, err := f.streamPosition(ctx)
	if err != nil {
		f.note(ctx, f.stream, err)
	}
	return at, err == nil
}

// errRewound says that the position was put back.
var errRewound = errors.New("follow: to go on from an earlier position")

// listen follows the stream until something breaks, and says whether it is
// worth while to try again at once.
func (f *Follower) listen(ctx context.Context, from bus.Position) bool {
	begun := time.Now()
	err := f.reach(ctx)
	if err == nil {
		err = f.hear(ctx, from)
	}
	switch {
	case errors.Is(err, errRewound):
		return true
	case errors.Is(err, bus.ErrReplaced):
		f.set(nil)
	}
	f.note(ctx, f.stream, err)
	return errors.Is(err, bus.ErrReplaced) || time.Since(begun) > retryAtMost
}

// hear takes announcements until the stream breaks, cannot be reached any
// more, or the position is put back.
func (f *Follower) hear(ctx context.Context, from bus.Position) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	turn, ok := f.begin(from, func() { cancel(errRewound) })
	if !ok {
		return errRewound
	}
	f.following.Store(true)
	defer f.following.Store(false)
	timer := time.AfterFunc(settled, func() { f.stream.Worked(time.Now()) })
	defer timer.Stop()
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel(nil)
	watching.Go(func() { f.watch(ctx, cancel) })
	return f.cfg.Bus.Follow(ctx, from, func(e report.Entry, at bus.Position) { f.take(ctx, turn, e, at) })
}

// watch ends following when the stream cannot be reached for a while: the
// client would wait for it for ever, and the board would be late unseen.
func (f *Follower) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	for failures := 0; wait(ctx, watchEvery); {
		err := f.reach(ctx)
		if err == nil {
			failures = 0
			continue
		}
		if failures++; failures == 2 {
			cancel(err)
			return
		}
	}
}

func (f *Follower) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, positionTimeout)
	defer cancel()
	return f.cfg.Bus.Ping(ctx)
}

// streamPosition makes sure that there is a stream, and asks where it stands.
func (f *Follower) streamPosition(ctx context.Context) (bus.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, positionTimeout)
	defer cancel()
	if err := f.cfg.Bus.Ensure(ctx); err != nil {
		return bus.Position{}, err
	}
	return f.cfg.Bus.Position(ctx)
}

// note tells an outage of a failure, unless it is that of stopping.
func (f *Follower) note(ctx context.Context, o *outage.Outage, err error) {
	if err != nil && ctx.Err() == nil {
		o.Failed(time.Now(), err)
	}
}

// wait says whether the time has passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
