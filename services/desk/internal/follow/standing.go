package follow

import (
	"context"
	"errors"

	"github.com/phananh/portal/pkg/bus"
)

// Errors of Follower.Ready.
var (
	ErrNotRebuilt   = errors.New("follow: the board is still being rebuilt")
	ErrNotFollowing = errors.New("follow: the stream is not being followed")
)

// Standing is how far a follower has come.
type Standing struct {
	Rebuilt   bool // the board holds the whole journal
	Following bool // the stream is followed
	Position  *bus.Position
}

// Standing returns how far the follower has come.
func (f *Follower) Standing() Standing {
	s := Standing{Rebuilt: f.CheckRebuilt(context.Background()) == nil, Following: f.following.Load()}
	if at, known := f.where(); known {
		s.Position = &at
	}
	return s
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

// reached notes how far the stream was read. A restored board is complete
// once it has the tail that was there when it was restored.
func (f *Follower) reached(seq uint64) {
	if f.restored.Load() && seq >= f.until.Load() {
		f.complete()
	}
}

func (f *Follower) complete() { f.isRebuilt.Do(func() { close(f.rebuilt) }) }

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

// begin says that announcements are taken from a position on, and how that is
// interrupted. Not ok: the position has changed since it was asked for.
func (f *Follower) begin(from bus.Position, interrupt func()) (turn int, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.interrupt = interrupt
	return f.turn, f.position != nil && f.position.Last == from.Last
}

// advance notes the position of an announcement that was taken, unless the
// position was put back in the meantime.
func (f *Follower) advance(turn int, at bus.Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.position != nil && f.turn == turn {
		f.position = &at
	}
}

// rewind puts the position back: what was announced since is taken again.
func (f *Follower) rewind(to bus.Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.position = &to
	f.turn++
	f.interrupt()
}
