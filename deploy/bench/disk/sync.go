// Package disk says what the disk under a folder can do, and what it was asked
// to do.
package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// block is what is appended before each sync, in bytes.
const block = 4096

// SyncRate returns how often per second so many writers together can append 4
// KiB to files of their own in the folder and have each append safe on the disk.
func SyncRate(dir string, writers int, d time.Duration) (float64, error) {
	counts, failures := make([]int, writers), make([]error, writers)
	begun := time.Now()
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			counts[i], failures[i] = appendUntil(filepath.Join(dir, fmt.Sprintf("sync-%d", i)), begun.Add(d))
		})
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begun).Seconds(), errors.Join(failures...)
}

func appendUntil(name string, end time.Time) (n int, err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(name)) }()
	b := make([]byte, block)
	for ; time.Now().Before(end); n++ {
		if _, err := f.Write(b); err != nil {
			return n, err
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return n, fmt.Errorf("sync %s: %w", name, err)
		}
	}
	return n, nil
}
