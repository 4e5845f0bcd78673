package ledger

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// Errors of opening a ledger.
var (
	ErrInUse    = errors.New("ledger: another process is writing it")
	ErrDamaged  = errors.New("ledger: it is damaged, and nothing is recorded until it is restored, or moved away together with its .key and .head files")
	ErrOtherKey = errors.New("ledger: it was signed with another key")
)

// files is a ledger that is open for appending.
type files struct {
	dir  string
	key  ed25519.PrivateKey
	log  *slog.Logger
	lock *flock.Flock
	file *os.File // the last segment; nil before the first block
	size int64    // of its whole blocks
	head Head
	full int64 // at which size of a segment the next one is begun
}

// open opens the ledger in a folder, which it creates where there is none,
// and reads all of it. A last block that is not whole was never counted as
// written: it is cut off. Any other fault is ErrDamaged.
func open(dir, keyFile string, random io.Reader, log *slog.Logger) (*files, *Contents, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	f := &files{dir: dir, log: log, full: maxSegment, lock: flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))}
	held, err := f.lock.TryLock()
	if err != nil {
		return nil, nil, fmt.Errorf("ledger: lock: %w", err)
	}
	if !held {
		return nil, nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	c, err := f.load(keyFile, random)
	if err != nil {
		return nil, nil, errors.Join(err, f.close())
	}
	return f, c, nil
}

// load reads the key and the blocks, and finds the place to write on.
func (f *files) load(keyFile string, random io.Reader) (*Contents, error) {
	if err := f.loadKey(keyFile, random); err != nil {
		return nil, err
	}
	c, err := Load(f.dir, f.key.Public().(ed25519.PublicKey), false)
	if err != nil {
		return nil, err
	}
	if len(c.Faults) > 0 {
		return nil, fmt.Errorf("%w: %s: %s", ErrDamaged, f.dir, c.Faults[0])
	}
	if c.Torn != nil {
		f.log.Warn("ledger: a block that was not written to its end is cut off; what it held will be found in the journal", "where", c.Torn.String())
		if err := os.Truncate(filepath.Join(f.dir, c.Torn.File), int64(c.Torn.Offset)); err != nil {
			return nil, fmt.Errorf("ledger: cut off: %w", err)
		}
	}
	f.head = c.Head
	if c.tail != "" {
		if f.file, err = os.OpenFile(filepath.Join(f.dir, c.tail), os.O_WRONLY, 0o600); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		f.size = int64(c.size)
	}
	return c, nil
}

// loadKey reads the key, or makes it together with the ledger.
func (f *files) loadKey(name string, random io.Reader) error {
	public, err := ReadPublicKey(PublicKeyFile(f.dir))
	isNew := missing(err)
	if err != nil && !isNew {
		return err
	}
	if _, err := os.Stat(name); missing(err) && !isNew {
		return fmt.Errorf("ledger: %s is missing: restore it, or move %s and %[2]s.head away to begin a new ledger", name, f.dir)
	}
	if f.key, err = LoadOrMakeKey(name, random); err != nil {
		return err
	}
	mine := f.key.Public().(ed25519.PublicKey)
	if !isNew {
		if !mine.Equal(public) {
			return fmt.Errorf("%w: %s, not %s", ErrOtherKey, Fingerprint(public), Fingerprint(mine))
		}
		return nil
	}
	text, err := EncodePublicKey(mine)
	if err != nil {
		return err
	}
	if err := writeFile(PublicKeyFile(f.dir), text); err != nil {
		return fmt.Errorf("ledger: public key: %w", err)
	}
	f.log.Info("new ledger: keep a copy of its public key elsewhere", "ledger", f.dir, "key", Fingerprint(mine), "public_key", PublicKeyFile(f.dir))
	return nil
}

// append writes the next block and returns once it is on the disk. After an
// error the ledger is as it was.
func (f *files) append(b Block) error {
	b.Number, b.After = f.head.Number+1, f.head.Hash
	text := b.encode(f.key)
	if err := f.makeRoom(len(text), b.Number); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	_, err := f.file.WriteAt(text, f.size)
	if err == nil {
		err = f.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("ledger: write block: %w", errors.Join(err, f.file.Truncate(f.size)))
	}
	f.size += int64(len(text))
	f.head = Head{b.Number, parsed{text: text}.hash()}
	if err := f.head.write(f.dir, f.key); err != nil { // the next block's will do
		f.log.Warn("ledger: head not noted", "error", err)
	}
	return nil
}

// makeRoom begins a new segment where there is none or the last one is full.
func (f *files) makeRoom(length int, number uint64) error {
	if f.file != nil && f.size+int64(length) <= f.full {
		return nil
	}
	next, err := os.OpenFile(filepath.Join(f.dir, segmentName(number)), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := syncFolder(f.dir); err != nil {
		return errors.Join(err, next.Close())
	}
	if f.file != nil {
		if err := f.file.Close(); err != nil {
			return errors.Join(err, next.Close())
		}
	}
	f.file, f.size = next, 0
	return nil
}

// close gives the ledger back.
func (f *files) close() error {
	var err error
	if f.file != nil {
		err = f.file.Close()
	}
	return errors.Join(err, f.lock.Unlock())
}
