package follow

import (
	"encoding/json"
	"fmt"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
)

// save writes a checkpoint. The position is taken first: what is applied
// meanwhile comes a second time at the next start, and is ignored.
func (f *Follower) save() error {
	position, known := f.where()
	if f.cfg.Checkpoint == "" || !known {
		return nil
	}
	raw, err := json.Marshal(position)
	if err != nil {
		return fmt.Errorf("encode position: %w", err)
	}
	return f.cfg.Board.Save(f.cfg.Checkpoint, raw)
}

func readCheckpoint(path string) (c board.Checkpoint, p bus.Position, err error) {
	if c, err = board.ReadCheckpoint(path); err != nil {
		return c, p, err
	}
	if err := json.Unmarshal(c.Position, &p); err != nil {
		return c, p, fmt.Errorf("%w: position: %w", board.ErrCheckpoint, err)
	}
	return c, p, nil
}
