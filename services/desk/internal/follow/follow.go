// Package follow keeps a board in step with the journal: from a checkpoint or
// the whole journal at first, from the stream afterwards, and from the journal
// again whenever the stream cannot be trusted.
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
	"github.com/phananh/portal/pkg/report"
)

const (
	retryAfter      = 500 * time.Millisecond
	retryAtMost     = 10 * time.Second
	positionTimeout = 2 * time.Second

	rescanEvery     = 30 * time.Second // while the stream cannot be followed
	tendEvery       = 5 * time.Second
	announceAfter   = 10 * time.Second // a case that no unit has for so long
	announceAtOnce  = 500
	checkpointEvery = 5 * time.Minute
	compareEvery    = time.Hour // the board with the whole journal
)

// Errors of Follower.Ready.
var (
	ErrNotRebuilt   = errors.New("follow: the board is still being rebuilt")
	ErrNotFollowing = errors.New("follow: the stream is not being followed")
)

// Config of a Follower.
type Config struct {
	Board      *board.Board
	Journal    *journal.Journal
	Bus        *bus.Bus
	Checkpoint string // file; empty: none
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

	mu       sync.Mutex
	position *bus.Position // nil: unknown
}

// Start begins to follow, in the background: the board is empty at first.
func Start(cfg Config) *Follower {
	ctx, stop := context.WithCancel(context.Background())
	f := &Follower{cfg: cfg, stop: stop, rebuilt: make(chan struct{})}
	f.runs.Go(func() { f.follow(ctx) })
	f.runs.Go(func() { f.tend(ctx) })
	return f
}

// Rebuilt is closed once the board holds the whole journal.
func (f *Follower) Rebuilt() <-chan struct{} { return f.rebuilt }

// CheckRebuilt returns ErrNotRebuilt until then.
func (f *Follower) CheckRebuilt(context.Context) error {
	select {
	case <-f.rebuilt:
		return nil
	default:
		return ErrNotRebuilt
	}
}

// CheckFollowing returns ErrNotFollowing while the board learns of nothing
// but what is done here and what a scan of the journal finds.
func (f *Follower) CheckFollowing(context.Context) error {
	if !f.following.Load() {
		return ErrNotFollowing
	}
	return nil
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
					known = true
					f.set(&at)
				}
			}
		}
		if known && f.listen(ctx, at) {
			delay = retryAfter
		}
		if !wait(ctx, delay) {
			return
		}
		delay = min(2*delay, retryAtMost)
	}
}

// listen follows the stream until something breaks, and says whether it
// lasted for a while.
func (f *Follower) listen(ctx context.Context, from bus.Position) bool {
	begun := time.Now()
	f.following.Store(true)
	err := f.cfg.Bus.Follow(ctx, from, func(e report.Entry, at bus.Position) { f.take(ctx, e, at) })
	f.following.Store(false)
	f.warn(ctx, "stream no longer followed", err)
	if errors.Is(err, bus.ErrReplaced) {
		f.set(nil)
		return true
	}
	return time.Since(begun) > retryAtMost
}

// ask returns where the stream is, if it can be found out.
func (f *Follower) ask(ctx context.Context) (bus.Position, bool) {
	at, err := f.streamPosition(ctx)
	f.warn(ctx, "stream not found", err)
	return at, err == nil
}

// restore loads the checkpoint if it stands in the stream that exists now.
func (f *Follower) restore(ctx context.Context) {
	if f.cfg.Checkpoint == "" {
		return
	}
	saved, position, err := readCheckpoint(f.cfg.Checkpoint)
	if err != nil {
		f.cfg.Log.Info("no checkpoint, the board is rebuilt from the journal", "reason", err)
		return
	}
	now, err := f.streamPosition(ctx)
	switch {
	case err != nil:
		f.cfg.Log.Warn("checkpoint not used: its stream cannot be asked", "error", err)
		return
	case !now.Continues(position):
		f.cfg.Log.Warn("checkpoint not used: it is of another stream, or too old")
		return
	}
	if err := f.cfg.Board.Restore(saved); err != nil {
		f.cfg.Log.Warn("checkpoint not used", "error", err)
		return
	}
	f.cfg.Log.Info("board restored", "cases", f.cfg.Board.Len(), "behind", now.Last-position.Last)
	f.set(&position)
	f.fill(ctx)
	f.until.Store(now.Last)
	f.restored.Store(true)
	f.reached(position.Last)
	// The stream may have lost what it had acknowledged when the checkpoint was
	// saved; only the journal knows.
	f.runs.Go(func() { f.scan(ctx) })
}

// reached notes how far the stream was read. A restored board is complete
// once it has the tail that was there when it was restored.
func (f *Follower) reached(seq uint64) {
	if f.restored.Load() && seq >= f.until.Load() {
		f.complete()
	}
}

func (f *Follower) complete() { f.isRebuilt.Do(func() { close(f.rebuilt) }) }

// streamPosition makes sure that there is a stream, and asks where it stands.
func (f *Follower) streamPosition(ctx context.Context) (bus.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, positionTimeout)
	defer cancel()
	if err := f.cfg.Bus.Ensure(ctx); err != nil {
		return bus.Position{}, err
	}
	return f.cfg.Bus.Position(ctx)
}

// scan applies the whole journal and says whether that succeeded.
func (f *Follower) scan(ctx context.Context) bool {
	begun := time.Now()
	found, err := f.cfg.Journal.Scan(ctx, func(e report.Entry) error {
		f.apply(e)
		return nil
	})
	if err != nil {
		f.warn(ctx, "journal not read", err)
		return false
	}
	if len(found.Damaged) > 0 {
		f.cfg.Log.Error("journal has damaged entries", "entries", found.Damaged)
	}
	f.fill(ctx)
	f.complete()
	f.cfg.Log.Info("board read from the journal", "reports", found.Reports, "actions", found.Actions, "took", time.Since(begun))
	return true
}

// take applies an announcement and notes that the stream was read up to it.
func (f *Follower) take(ctx context.Context, e report.Entry, at bus.Position) {
	if gap := f.apply(e); gap != nil {
		f.fetch(ctx, *gap)
	}
	f.mu.Lock()
	if f.position != nil {
		f.position = &at
	}
	f.mu.Unlock()
	f.reached(at.Last)
}

func (f *Follower) apply(e report.Entry) *board.Gap {
	out := f.cfg.Board.Apply(e)
	if out.Err != nil {
		f.cfg.Log.Error("journal is damaged", "entry", e.ID(), "error", out.Err)
	}
	return out.Gap
}

// where is the position to follow from.
func (f *Follower) where() (bus.Position, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.position == nil {
		return bus.Position{}, false
	}
	return *f.position, true
}

func (f *Follower) set(p *bus.Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.position = p
}

func (f *Follower) warn(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		f.cfg.Log.Warn(what, "error", err)
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
