package board

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/phananh/portal/pkg/failpoint"
)

// magic begins a checkpoint file; its last character is the format's version.
const magic = "phananh board 2"

// ErrCheckpoint says that a checkpoint is damaged, or of another version.
var ErrCheckpoint = errors.New("board: checkpoint cannot be used")

// Checkpoint is a board as it was saved, and where in the stream it stood.
type Checkpoint struct {
	Position []byte // as given to Save
	snapshot []byte
}

// Save writes the board to a file, whole or not at all. Position is what the
// caller needs in order to go on from here; all that lies before it must be
// on the board already.
func (b *Board) Save(path string, position []byte) error {
	file := []byte(magic)
	file = binary.AppendUvarint(file, uint64(len(position)))
	file = append(file, position...)
	file = append(file, b.Snapshot()...)
	sum := sha256.Sum256(file)
	if err := replace(path, append(file, sum[:]...)); err != nil {
		return fmt.Errorf("board: save checkpoint: %w", err)
	}
	return nil
}

// ReadCheckpoint reads a file that Save wrote. It returns an error that wraps
// fs.ErrNotExist where there is none, and ErrCheckpoint for one that is
// damaged, or of another version.
func ReadCheckpoint(path string) (Checkpoint, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("board: read checkpoint: %w", err)
	}
	if len(file) < len(magic)+sha256.Size || !bytes.HasPrefix(file, []byte(magic)) {
		return Checkpoint{}, fmt.Errorf("%w: not of this version", ErrCheckpoint)
	}
	body, sum := file[:len(file)-sha256.Size], file[len(file)-sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return Checkpoint{}, fmt.Errorf("%w: wrong checksum", ErrCheckpoint)
	}
	r := reader{buf: body[len(magic):]}
	position := r.text()
	if r.failed {
		return Checkpoint{}, fmt.Errorf("%w: no position", ErrCheckpoint)
	}
	return Checkpoint{Position: []byte(position), snapshot: r.buf}, nil
}

// Restore puts the board back to where the checkpoint was made. On
// ErrCheckpoint the board is empty.
func (b *Board) Restore(c Checkpoint) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	defer b.resync()
	if err := b.restore(c.snapshot); err != nil {
		b.clear()
		return fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return nil
}

// replace writes a file beside the old one and puts it in its place once it
// is safely on the disk. What a killed process left beside it is overwritten.
func replace(path string, data []byte) error {
	fresh := path + ".new"
	if err := writeSynced(fresh, data); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	failpoint.Hit(failpoint.BoardSaving)
	if err := os.Rename(fresh, path); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
