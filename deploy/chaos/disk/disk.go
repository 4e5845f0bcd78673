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
	"slices"
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
	enter   []string  // how a command gets into it
}

// Mount makes a disk of some megabytes at a folder that exists. It is in a
// namespace of its own where that may be, so that it vanishes with the
// programs that use it, however they end.
func Mount(ctx context.Context, host *fleet.Host, path string, megabytes int) (*Disk, error) {
	size := "size=" + strconv.Itoa(megabytes) + "m"
	ways := [][]string{{"--user", "--map-root-user", "--mount"}}
	if os.Geteuid() == 0 {
		ways = append([][]string{{"--mount"}}, ways...)
	}
	var refused []error
	for _, way := range ways {
		d, err := inNamespace(ctx, host, path, size, way)
		if err == nil {
			return d, nil
		}
		refused = append(refused, err)
	}
	if err := syscall.Mount("tmpfs", path, "tmpfs", 0, size); err != nil {
		return nil, fmt.Errorf("this scenario needs a small disk, and may neither mount one (%w) nor make a namespace: %w", err, errors.Join(refused...))
	}
	return &Disk{Path: path, outside: path}, nil
}

// inNamespace makes the disk in a new namespace. How is what unshare is told.
func inNamespace(ctx context.Context, host *fleet.Host, path, size string, how []string) (*Disk, error) {
	args := append(slices.Clone(how), "sh", "-c",
		`mount -t tmpfs -o "$1" tmpfs "$2" && touch "$2/mounted" && exec sleep infinity`, "sh", size, path)
	cmd := exec.Command("unshare", args...)
	var said strings.Builder
	cmd.Stderr = &said
	if err := host.Start(cmd); err != nil {
		return nil, err
	}
	outside := filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "root", path)
	d := &Disk{Path: path, outside: outside, holder: cmd, enter: []string{"nsenter", "--target", strconv.Itoa(cmd.Process.Pid), "--mount"}}
	if slices.Contains(how, "--user") {
		d.enter = append(d.enter, "--user", "--preserve-credentials")
	}
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
	return slices.Concat(d.enter, []string{"--"}, args)
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
