package follow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
)

// mark is what a checkpoint belongs to: which database it was made from, and
// where in which stream.
type mark struct {
	Installation string
	bus.Position
}

// save writes a checkpoint. The position is taken first: what is applied
// meanwhile comes a second time at the next start, and is ignored.
func (f *Follower) save() error {
	position, known := f.where()
	f.mu.Lock()
	at := mark{f.installation, position}
	f.mu.Unlock()
	if f.cfg.Checkpoint == "" || !known || at.Installation == "" {
		return nil
	}
	raw, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("encode position: %w", err)
	}
	return f.cfg.Board.Save(f.cfg.Checkpoint, raw)
}

// restore loads the checkpoint if it is of the database and the stream that
// exist now. Otherwise it says in one line why the board is rebuilt.
func (f *Follower) restore(ctx context.Context) {
	if f.cfg.Checkpoint == "" {
		return
	}
	now, at, err := f.load(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.cfg.Log.Info("no checkpoint, the board is rebuilt from the journal")
		return
	case err != nil:
		f.cfg.Log.Warn("checkpoint not used, the board is rebuilt from the journal", "file", f.cfg.Checkpoint, "reason", err)
		return
	}
	f.cfg.Log.Info("board restored", "cases", f.cfg.Board.Len(), "behind", now.Last-at.Last)
	f.set(&at)
	f.fill(ctx)
	f.until.Store(now.Last)
	f.restored.Store(true)
	f.reached(at.Last)
	// The stream may have lost what it had acknowledged when the checkpoint was
	// saved, and the database may be an older copy; only the journal knows.
	f.runs.Go(func() { f.scan(ctx) })
}

// load puts the board back to where the checkpoint was made, and returns where
// the stream is now and was then. On an error the board is empty.
func (f *Follower) load(ctx context.Context) (now, then bus.Position, err error) {
	installation, err := f.identify(ctx)
	if err != nil {
		return now, then, fmt.Errorf("its database cannot be asked: %w", err)
	}
	saved, err := board.ReadCheckpoint(f.cfg.Checkpoint)
	if err != nil {
		return now, then, err
	}
	var at mark
	if err := json.Unmarshal(saved.Position, &at); err != nil {
		return now, then, fmt.Errorf("%w: position: %w", board.ErrCheckpoint, err)
	}
	if at.Installation != installation {
		return now, then, errors.New("it is of another database")
	}
	if now, err = f.streamPosition(ctx); err != nil {
		return now, then, fmt.Errorf("its stream cannot be asked: %w", err)
	}
	if !now.Continues(at.Position) {
		return now, then, errors.New("it is of another stream, or too old")
	}
	if err := f.cfg.Board.Restore(saved); err != nil {
		return now, then, err
	}
	if n, err := f.cfg.Journal.Count(ctx); err == nil && n < int64(f.cfg.Board.Entries()) {
		f.cfg.Board.Adopt(board.New())
		return now, then, fmt.Errorf("the journal has %d entries, fewer than it has: the database is an older copy", n)
	}
	return now, at.Position, nil
}

// identify finds out which database this is.
func (f *Follower) identify(ctx context.Context) (string, error) {
	f.mu.Lock()
	known := f.installation
	f.mu.Unlock()
	if known != "" {
		return known, nil
	}
	name, err := f.cfg.Journal.Installation(ctx, rand.Text())
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.installation = name
	return name, nil
}
