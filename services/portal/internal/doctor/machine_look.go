package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	zone  = "Asia/Ho_Chi_Minh"
	syncs = 50
	block = 4096 // bytes
)

// LookAtMachine gathers the facts about this machine. It changes nothing that
// lasts: to measure the disk it writes a file of 4 KiB into the data folder,
// where there is one, and removes it again.
func LookAtMachine(data string) Machine {
	m := Machine{Folder: lookAtFolder(data), Superuser: os.Geteuid() == 0, OpenFiles: openFiles(), Clock: clockState()}
	_, m.Zone = time.LoadLocation(zone)
	return m
}

func lookAtFolder(path string) Folder {
	f := Folder{Path: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Volume = volume(nearest(path))
		return f
	case err != nil:
		f.Err = err
		return f
	case !info.IsDir():
		f.Err = &fs.PathError{Op: "look at", Path: path, Err: errors.New("not a folder")}
		return f
	}
	f.Exists, f.Mode, f.Mine = true, info.Mode(), mine(info)
	if key, err := os.Stat(filepath.Join(path, "receipt.key")); err == nil {
		f.Key = key.Mode()
	}
	f.Volume = volume(path)
	f.Sync, f.SyncErr = syncTime(path)
	return f
}

// nearest is the closest folder above a path that exists.
func nearest(path string) string {
	for {
		parent := filepath.Dir(path)
		if _, err := os.Stat(parent); err == nil || parent == path {
			return parent
		}
		path = parent
	}
}

// syncTime measures how long a block takes to the disk.
func syncTime(dir string) (median time.Duration, err error) {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	took := make([]time.Duration, syncs)
	content := make([]byte, block)
	for i := range took {
		content[0] = byte(i)
		begun := time.Now()
		if _, err := f.WriteAt(content, 0); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[syncs/2], nil
}
