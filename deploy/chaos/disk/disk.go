// Package disk makes a small disk in memory that can be filled, for programs
// to run out of.
package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/fleet"
)

// Disk is a small disk. Programs that use it must be run by Inside.
type Disk struct {
	Path string // where programs find it

	outside string    // where the harness finds it
	holder  *exec.Cmd // keeps the mount's namespace alive; nil: mounted for all
}

// Mount makes a disk of some megabytes at a folder that exists. Whoever may
// not mount for the whole machine gets it in a namespace of its own.
func Mount(ctx context.Context, host *fleet.Host, path string, megabytes int) (*Disk, error) {
	size := "size=" + strconv.Itoa(megabytes) + "m"
	err := syscall.Mount("tmpfs", path, "tmpfs", 0, size)
	if err == nil {
		return &Disk{Path: path, outside: path}, nil
	}
	d, e := inNamespace(ctx, host, path, size)
	if e != nil {
		return nil, fmt.Errorf("this scenario needs a small disk, and may neither mount one (%w) nor make a namespace: %w", err, e)
	}
	return d, nil
}

func inNamespace(ctx context.Context, host *fleet.Host, path, size string) (*Disk, error) {
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
		`mount -t tmpfs -o "$1" tmpfs "$2" && touch "$2/mounted" && exec sleep infinity`, "sh", size, path)
	var said strings.Builder
	cmd.Stderr = &said
	if err := host.Start(cmd); err != nil {
		return nil, err
	}
	outside := filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "root", path)
	d := &Disk{Path: path, outside: outside, holder: cmd}
	for deadline := time.Now().Add(5 * time.Second); ; {
		if _, err := os.Stat(filepath.Join(outside, "mounted")); err == nil {
			return d, nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			err := d.Unmount()
			return nil, errors.Join(fmt.Errorf("unshare: %s", strings.TrimSpace(said.String())), err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Inside is how a command is run so that it sees the disk.
func (d *Disk) Inside(args []string) []string {
	if d.holder == nil {
		return args
	}
	enter := []string{"nsenter", "--target", strconv.Itoa(d.holder.Process.Pid), "--user", "--mount", "--preserve-credentials", "--"}
	return append(enter, args...)
}

// filler is the file that fills the disk.
const filler = "filler"

// Fill fills the disk to its last byte and returns how many that took.
func (d *Disk) Fill() (written int64, err error) {
	f, err := os.OpenFile(filepath.Join(d.outside, filler), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for block := make([]byte, 64<<10); len(block) > 0; {
		n, err := f.Write(block)
		written += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
			continue
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Free removes what fills the disk.
func (d *Disk) Free() error { return os.Remove(filepath.Join(d.outside, filler)) }

// Unmount removes the disk. Nobody may be using it any more.
func (d *Disk) Unmount() error {
	if d.holder == nil {
		return syscall.Unmount(d.Path, 0)
	}
	err := syscall.Kill(-d.holder.Process.Pid, syscall.SIGKILL)
	_ = d.holder.Wait() // it was killed
	return err
}
