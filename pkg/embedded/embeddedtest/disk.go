package embeddedtest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// SmallDisk returns a folder on a file system of its own of so many bytes: as
// root by mounting one, else within a namespace of a process of its own. Where
// neither is allowed the test fails.
func SmallDisk(t testing.TB, bytes int64) string {
	t.Helper()
	dir := t.TempDir()
	size := fmt.Sprintf("size=%d", bytes)
	if syscall.Mount("tmpfs", dir, "tmpfs", 0, size) == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, 0); err != nil {
				t.Errorf("unmount: %v", err)
			}
		})
		return dir
	}
	holder := exec.Command("unshare", "--user", "--map-root-user", "--mount",
		"sh", "-c", `mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat`, "sh", size, dir)
	holder.Stderr = os.Stderr
	stdin, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatalf("a small disk needs root or unshare(1): %v", err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = holder.Wait()
	})
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "mounted\n" {
		t.Fatal("a small disk needs root or namespaces that any user may make")
	}
	return fmt.Sprintf("/proc/%d/root%s", holder.Process.Pid, dir)
}

// FillDisk writes a file that leaves at most so many bytes of a small disk, and
// returns its name: removing it makes room again.
func FillDisk(t testing.TB, dir string, leave int64) string {
	t.Helper()
	name := filepath.Join(dir, "filler")
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	block := make([]byte, 4096)
	for {
		var fs syscall.Statfs_t
		if err := syscall.Statfs(dir, &fs); err != nil {
			t.Fatal(err)
		}
		if int64(fs.Bavail)*int64(fs.Bsize) <= leave { //nolint:unconvert // of another type on other systems
			return name
		}
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return name
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
