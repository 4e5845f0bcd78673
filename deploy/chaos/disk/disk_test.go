package disk

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/phananh/portal/deploy/chaos/fleet"
)

func TestAFilledDiskTakesNothingAndAFreedOneDoes(t *testing.T) {
	host := fleet.NewHost()
	defer host.Close()
	for name, mount := range map[string]func(string) (*Disk, error){
		"as it can be had": func(path string) (*Disk, error) { return Mount(t.Context(), host, path, 4) },
		"without rights": func(path string) (*Disk, error) {
			return inNamespace(t.Context(), host, path, "size=4m", []string{"--user", "--map-root-user", "--mount"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := mount(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := d.Unmount(); err != nil {
					t.Error(err)
				}
			}()
			inside := d.Inside([]string{"touch", filepath.Join(d.Path, "touched")})
			if out, err := exec.Command(inside[0], inside[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if _, err := os.Stat(filepath.Join(d.outside, "touched")); err != nil {
				t.Fatal(err)
			}
			// Several times: what fills it may be added to.
			for range 2 {
				if _, err := d.Fill(); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(d.outside, "file")
			if err := os.WriteFile(file, make([]byte, 8<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("writing to a full disk: %v", err)
			}
			if err := d.Free(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, make([]byte, 8<<10), 0o600); err != nil {
				t.Error(err)
			}
		})
	}
}
