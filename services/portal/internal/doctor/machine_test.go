package doctor_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/phananh/portal/services/portal/internal/doctor"
)

// goodMachine is a machine as it should be.
func goodMachine() doctor.Machine {
	return doctor.Machine{
		OpenFiles: 65536,
		Folder: doctor.Folder{
			Path: "/srv/portal", Exists: true, Mine: true, Mode: fs.ModeDir | 0o700, Key: 0o600, Sync: time.Millisecond,
			Volume: doctor.Volume{Kind: "ext4", Free: 50 << 30, Total: 100 << 30, FreeFiles: 900, AllFiles: 1000},
		},
	}
}

func TestMachineIsJudged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*doctor.Machine)
		check  string
		level  doctor.Level
		part   string
	}{
		"open to others":       {func(m *doctor.Machine) { m.Folder.Mode = fs.ModeDir | 0o755 }, "data folder", doctor.Problem, "0755"},
		"another's":            {func(m *doctor.Machine) { m.Folder.Mine = false }, "data folder", doctor.Problem, "another user"},
		"not there yet":        {func(m *doctor.Machine) { m.Folder.Exists = false }, "data folder", doctor.OK, "not there yet"},
		"cannot be looked at":  {func(m *doctor.Machine) { m.Folder.Err = fs.ErrPermission }, "data folder", doctor.Problem, "permission denied"},
		"a key open to others": {func(m *doctor.Machine) { m.Folder.Key = 0o640 }, "receipt.key", doctor.Problem, "0640"},
		"in memory":            {func(m *doctor.Machine) { m.Folder.Volume = doctor.Volume{Kind: "tmpfs", Memory: true} }, "file system", doctor.Problem, "tmpfs"},
		"over a network":       {func(m *doctor.Machine) { m.Folder.Volume = doctor.Volume{Kind: "NFS", Network: true} }, "file system", doctor.Warning, "NFS"},
		"nearly full":          {func(m *doctor.Machine) { m.Folder.Volume.Free = 5 << 30 }, "disk", doctor.Warning, "5.0 GiB of 100.0 GiB free (5 %)"},
		"full":                 {func(m *doctor.Machine) { m.Folder.Volume.Free = 10 << 20 }, "disk", doctor.Problem, "10 MiB"},
		"few inodes":           {func(m *doctor.Machine) { m.Folder.Volume.FreeFiles = 10 }, "inodes", doctor.Warning, "10 of 1000"},
		"inodes without end":   {func(m *doctor.Machine) { m.Folder.Volume.FreeFiles, m.Folder.Volume.AllFiles = 0, 0 }, "inodes", "", ""},
		"cannot be written":    {func(m *doctor.Machine) { m.Folder.SyncErr = fs.ErrPermission }, "sync to disk", doctor.Problem, "permission"},
		"a slow disk":          {func(m *doctor.Machine) { m.Folder.Sync = 40 * time.Millisecond }, "sync to disk", doctor.Warning, "40 ms"},
		"a disk that pretends": {func(m *doctor.Machine) { m.Folder.Sync = 2 * time.Microsecond }, "sync to disk", doctor.Warning, "too quick"},
		"root":                 {func(m *doctor.Machine) { m.Superuser = true }, "user", doctor.Warning, "root"},
		"few files":            {func(m *doctor.Machine) { m.OpenFiles = 1024 }, "open files", doctor.Warning, "1024"},
		"a clock of its own":   {func(m *doctor.Machine) { m.Clock = errors.New("not synchronised") }, "clock", doctor.Warning, "not synchronised"},
		"no time zones":        {func(m *doctor.Machine) { m.Zone = errors.New("unknown time zone") }, "time zone", doctor.Problem, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			m := goodMachine()
			c.change(&m)
			expect(t, doctor.OnMachine(m, true), c.check, c.level, c.part)
		})
	}
	for _, f := range doctor.OnMachine(goodMachine(), true) {
		if f.Level != doctor.OK {
			t.Errorf("a machine as it should be: %+v", f)
		}
	}
}

func TestADataFolderThatHoldsNoStoresMayBeMissing(t *testing.T) {
	m := goodMachine()
	m.Folder.Exists = false
	expect(t, doctor.OnMachine(m, false), "data folder", "", "")
}

func TestTheMachineIsLookedAtAndLeftAsItWas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "receipt.key"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	m := doctor.LookAtMachine(dir)
	f := m.Folder
	if !f.Exists || !f.Mine || f.Mode.Perm() != 0o750 || f.Key.Perm() != 0o600 || f.Err != nil {
		t.Errorf("folder: %+v", f)
	}
	if f.SyncErr != nil || f.Sync <= 0 || f.Volume.Err != nil || f.Volume.Total <= 0 || f.Volume.Free <= 0 || f.Volume.Kind == "" {
		t.Errorf("volume: %+v", f)
	}
	if m.OpenFiles == 0 || m.Zone != nil || m.Superuser != (os.Geteuid() == 0) {
		t.Errorf("machine: %+v", m)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	expect(t, doctor.OnMachine(m, true), "data folder", doctor.Problem, "0750")
}

func TestAFolderThatIsNotThereIsJudgedByTheOneAbove(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	f := doctor.LookAtMachine(dir).Folder
	if f.Exists || f.Err != nil || f.Volume.Total <= 0 {
		t.Errorf("%+v", f)
	}
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was made: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if f := doctor.LookAtMachine(file).Folder; f.Err == nil {
		t.Errorf("a file is no folder: %+v", f)
	}
}
