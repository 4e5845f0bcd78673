package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// layout is the version of the data folder's layout that this program writes.
const layout = 1

// Errors of OpenFolder.
var (
	ErrInUse  = errors.New("embedded: another process is using the data folder")
	ErrTooNew = errors.New("embedded: the data folder was written by a newer version of the portal")
)

// Folder is a data folder, held by this process alone until it is closed.
type Folder struct {
	path string
	lock *flock.Flock
}

// OpenFolder creates the folder where it is missing, readable by its owner
// only, and takes it for this process. It returns ErrInUse while another
// process holds it and ErrTooNew when its layout is newer than this program.
func OpenFolder(path string) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, explain(fmt.Errorf("create data folder: %w", err), path)
	}
	lock := flock.New(filepath.Join(path, "lock"))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("%w: %s", ErrInUse, path)
	}
	f := &Folder{path: path, lock: lock}
	if err := f.checkLayout(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Folder) checkLayout() error {
	name := f.Path("layout")
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return f.writeLayout(name)
	}
	if err != nil {
		return fmt.Errorf("read layout: %w", err)
	}
	v, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return fmt.Errorf("embedded: the file %s is damaged: restore the data folder from a backup", name)
	}
	if v > layout {
		return fmt.Errorf("%w: layout %d, this program knows %d", ErrTooNew, v, layout)
	}
	return nil
}

// writeLayout puts the file there in one step: half a file would be taken for
// a damaged one at the next start.
func (f *Folder) writeLayout(name string) (err error) {
	defer func() {
		if err != nil {
			err = explain(fmt.Errorf("write layout: %w", err), f.path)
		}
	}()
	fresh := name + ".new"
	if err := os.WriteFile(fresh, []byte(strconv.Itoa(layout)+"\n"), 0o600); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return os.Rename(fresh, name)
}

// Path joins the folder's path with the names given.
func (f *Folder) Path(names ...string) string {
	return filepath.Join(append([]string{f.path}, names...)...)
}

// Close gives the folder back. What runs in it must have stopped before.
func (f *Folder) Close() error { return f.lock.Unlock() }
