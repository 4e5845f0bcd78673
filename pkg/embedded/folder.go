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
		return nil, fmt.Errorf("create data folder: %w", err)
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
		return os.WriteFile(name, []byte(strconv.Itoa(layout)+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("read layout: %w", err)
	}
	v, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return fmt.Errorf("data folder %s: layout file is damaged: %w", f.path, err)
	}
	if v > layout {
		return fmt.Errorf("%w: layout %d, this program knows %d", ErrTooNew, v, layout)
	}
	return nil
}

// Path joins the folder's path with the names given.
func (f *Folder) Path(names ...string) string {
	return filepath.Join(append([]string{f.path}, names...)...)
}

// Close gives the folder back. What runs in it must have stopped before.
func (f *Folder) Close() error { return f.lock.Unlock() }
