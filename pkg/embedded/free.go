package embedded

import (
	"fmt"
	"syscall"
)

// Space is what is left of the file system that a folder is on.
type Space struct {
	Bytes int64   // that this process may still write
	Share float64 // of the whole, from 0 to 1
}

// Free measures the space that is left.
func Free(dir string) (Space, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return Space{}, fmt.Errorf("measure free space of %s: %w", dir, err)
	}
	left := Space{Bytes: int64(fs.Bavail) * int64(fs.Bsize)} //nolint:unconvert // of another type on other systems
	if fs.Blocks > 0 {
		left.Share = float64(fs.Bavail) / float64(fs.Blocks)
	}
	return left, nil
}
