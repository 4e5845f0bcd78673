package main

import (
	"context"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// refused starts the portal, which must end by itself with status 1 and one
// line that begins with "error:" and says what is wanted.
func refused(t *testing.T, cmd *exec.Cmd, says ...string) {
	t.Helper()
	ended := make(chan struct{})
	var out []byte
	go func() {
		defer close(ended)
		out, _ = cmd.CombinedOutput()
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		t.Fatalf("it runs: %s", out)
	}
	if cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("status %d: %s", cmd.ProcessState.ExitCode(), out)
	}
	_, message, found := strings.Cut("\n"+string(out), "\nerror: ")
	if !found || strings.Count(strings.TrimSpace(message), "\n") > 0 {
		t.Errorf("not one line that says what is wrong: %s", out)
	}
	for _, want := range says {
		if !strings.Contains(message, want) {
			t.Errorf("does not say %q: %s", want, message)
		}
	}
}

func serveCommand(data string, more ...string) *exec.Cmd {
	return exec.Command(portalBinary, append([]string{"serve", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--data", data}, more...)...)
}

// kept is a data folder with one routed report, on which nobody runs.
func kept(t *testing.T) (data string, rc receipt) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	portal := serveOn(t, data)
	rc = portal.report(1)
	portal.routed(rc)
	portal.stop()
	return data, rc
}

// copied is the folder once more, to be damaged.
func copied(t *testing.T, data string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", data, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

func overwrite(t *testing.T, name string, b []byte) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
}

// contents is every file of a folder, but for the lock and what the process
// that runs on it leaves there.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == "lock" || strings.HasSuffix(name, "-shm") || strings.HasSuffix(name, "-wal") {
			return err
		}
		b, err := os.ReadFile(name)
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAStartOnWhatIsDamagedSaysWhichFileAndChangesNothing(t *testing.T) {
	data, rc := kept(t)
	garbage := []byte(strings.Repeat("garbage ", 512))
	for _, tt := range []struct {
		name, file string
		damage     func(t *testing.T, file string)
		says       []string
	}{
		{"database header", "mongodb/phananh.sqlite", func(t *testing.T, f string) { overwrite(t, f, garbage) }, []string{"phananh.sqlite", "restore it from a backup"}},
		{"database cut", "mongodb/phananh.sqlite", cut(5000), []string{"phananh.sqlite", "restore it from a backup"}},
		{"database emptied", "mongodb/phananh.sqlite", cut(0), []string{"phananh.sqlite", "restore it from a backup"}},
		{"outbox header", "mongodb/phananh_outbox.sqlite", func(t *testing.T, f string) { overwrite(t, f, garbage) }, []string{"phananh_outbox.sqlite", "restore it from a backup"}},
		{"layout", "layout", func(t *testing.T, f string) { overwrite(t, f, []byte("xx")) }, []string{"layout is damaged", "backup"}},
		{"layout emptied", "layout", cut(0), []string{"layout is damaged", "backup"}},
		{"newer layout", "layout", func(t *testing.T, f string) { overwrite(t, f, []byte("99")) }, []string{"written by a newer version", "layout 99"}},
		{"receipt key", "receipt.key", func(t *testing.T, f string) { overwrite(t, f, garbage) }, []string{"receipt.key is damaged", "backup"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := copied(t, data)
			tt.damage(t, filepath.Join(dir, tt.file))
			before := contents(t, dir)
			refused(t, serveCommand(dir), tt.says...)
			after := contents(t, dir)
			for name, was := range before {
				if after[name] != was {
					t.Errorf("%s was changed", name)
				}
			}
			b, err := os.ReadFile(filepath.Join(data, tt.file)) // the backup
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, tt.file), b, 0o600); err != nil {
				t.Fatal(err)
			}
			again := serveOn(t, dir)
			again.routed(rc)
			again.stop()
		})
	}
}

func cut(size int64) func(*testing.T, string) {
	return func(t *testing.T, file string) {
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADamagedNATSStoreIsNoReasonNotToStart(t *testing.T) {
	data, rc := kept(t)
	err := filepath.WalkDir(filepath.Join(data, "nats"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.WriteFile(name, []byte("garbage"), 0o600)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	portal := serveOn(t, data)
	portal.routed(rc)
	portal.routed(portal.report(2))
	portal.stop()
	if aside, _ := filepath.Glob(filepath.Join(data, "nats.damaged-*")); len(aside) != 1 || !strings.Contains(portal.log.String(), "moved aside") {
		t.Errorf("kept: %v", aside)
	}
}

func TestAStartOnAFullDiskSaysSoAndWorksOnceThereIsRoom(t *testing.T) {
	for _, leave := range []int64{0, 64 << 10, 256 << 10} { // it gets further each time
		disk := embeddedtest.SmallDisk(t, 64<<20)
		filler := embeddedtest.FillDisk(t, disk, leave)
		data := filepath.Join(disk, "data")
		refused(t, serveCommand(data), "the disk is full", "make room for "+disk)
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		portal := serveOn(t, data)
		portal.routed(portal.report(1))
		portal.stop()
	}
}

func TestAPortInUseIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	data := filepath.Join(t.TempDir(), "data")
	refused(t, serveCommand(data, "--public", taken), taken, "address already in use")
	refused(t, serveCommand(data, "--desk", taken), taken, "address already in use")
	portal := serveOn(t, data)
	portal.stop()
}

func TestAFolderThatMayNotBeWrittenIsNamed(t *testing.T) {
	// Nobody's home lies in nobody's reach: the test's own folders do not.
	dir, err := os.MkdirTemp("", "portal-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, "portal")
	b, err := os.ReadFile(portalBinary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, b, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	cmd := serveCommand(filepath.Join(dir, "data"))
	cmd.Path = binary
	if os.Getuid() == 0 { // for whom every folder can be written
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		cmd.Dir = "/"
	}
	refused(t, cmd, filepath.Join(dir, "data"), "permission denied")
}

func TestAnEngineThatCannotStartSaysWhy(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "engine")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../pkg/embedded/engine").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, _ := kept(t)
	overwrite(t, filepath.Join(data, "mongodb", "phananh.sqlite"), []byte(strings.Repeat("garbage ", 512)))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	full := embeddedtest.SmallDisk(t, 1<<20)
	embeddedtest.FillDisk(t, full, 0)
	for says, args := range map[string][]string{
		"phananh.sqlite":         {"-data", data},
		"address already in use": {"-data", t.TempDir(), "-mongodb", taken},
		taken:                    {"-data", t.TempDir(), "-nats", taken},
		"the disk is full":       {"-data", filepath.Join(full, "data")},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, binary, args...)
		out, _ := cmd.CombinedOutput()
		cancel()
		if text := strings.TrimSpace(string(out)); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(text, says) || strings.Count(text, "\n") > 0 {
			t.Errorf("%v: status %d: %s", args, cmd.ProcessState.ExitCode(), out)
		}
	}
}
