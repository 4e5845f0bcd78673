package fleet_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/pkg/failpoint"
)

// programs builds what a fleet runs, once for all tests.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "chaos-programs-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-tags", "failpoints", "-o", dir+"/",
		"./services/intake", "./services/triage", "./services/desk", "./pkg/embedded/engine", "github.com/nats-io/nats-server/v2")
	cmd.Dir = "../../.."
	cmd.Stderr = os.Stderr
	return dir, cmd.Run()
})

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, err := programs(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

type watch struct {
	mu    sync.Mutex
	exits []fleet.Exit
}

func (w *watch) exited(e fleet.Exit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exits = append(w.exits, e)
}

func (w *watch) find(t *testing.T, process string, cause fleet.Cause) fleet.Exit {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		w.mu.Lock()
		for _, e := range w.exits {
			if e.Process == process && e.Cause == cause {
				w.mu.Unlock()
				return e
			}
		}
		w.mu.Unlock()
	}
	t.Fatalf("%s did not end by %s", process, cause)
	return fleet.Exit{}
}

func begin(t *testing.T, change func(*fleet.Config)) (*fleet.Fleet, *watch) {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	host := fleet.NewHost()
	t.Cleanup(host.Close)
	w := &watch{}
	cfg := fleet.Config{
		Host: host, Dir: filepath.Join(t.TempDir(), "fleet"), Programs: dir, Key: strings.Repeat("ab", 32),
		Accounts: []fleet.Account{fleet.Supervisor()}, OnExit: w.exited,
	}
	if change != nil {
		change(&cfg)
	}
	f, err := fleet.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, w
}

func TestAFleetStartsServesAndStopsInOrder(t *testing.T) {
	f, w := begin(t, nil)
	if n := len(f.All()); n != 8 {
		t.Errorf("%d processes", n)
	}
	for _, p := range f.Services() {
		if err := fleet.Ready(t.Context(), f.URL(p)); err != nil {
			t.Error(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, e := range w.exits {
		if e.Cause != fleet.ByRequest || !e.Clean && e.Role.Service() {
			t.Errorf("%s\n%s", e, e.Tail)
		}
	}
	if len(w.exits) != 8 {
		t.Errorf("%d ended", len(w.exits))
	}
}

func TestAKilledProcessComesBackAndIsCounted(t *testing.T) {
	f, w := begin(t, nil)
	victim := f.Triages[0]
	if !victim.Kill() {
		t.Fatal("nothing to kill")
	}
	if e := w.find(t, victim.Name, fleet.ByKill); !e.Killed() {
		t.Error(e)
	}
	if err := victim.WaitUp(t.Context()); err != nil {
		t.Error(err)
	}
	// An orderly stop is no kill, and what stops unasked is told apart.
	if err := victim.Down(t.Context(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if e := w.find(t, victim.Name, fleet.ByRequest); e.Killed() {
		t.Error(e)
	}
	if err := f.NATS[0].Down(t.Context(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if e := w.find(t, f.NATS[0].Name, fleet.ByKill); !e.Killed() {
		t.Error(e)
	}
}

func TestAFailpointsKillIsNamed(t *testing.T) {
	var mu sync.Mutex
	armed := map[string]bool{}
	f, w := begin(t, func(c *fleet.Config) {
		c.Arm = func(name string, _ fleet.Role) string {
			mu.Lock()
			defer mu.Unlock()
			if armed[name] {
				return ""
			}
			armed[name] = true
			return "bus/fetched=kill@1;board/saving=kill@1"
		}
	})
	desk := f.Desks[0]
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := desk.Down(ctx, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if e := w.find(t, desk.Name, fleet.ByFailpoint); e.Point != failpoint.BoardSaving {
		t.Error(e)
	}
}

func TestWhatEndsUnaskedIsToldApart(t *testing.T) {
	f, w := begin(t, nil)
	// Another hand than the harness's ends it.
	if err := syscall.Kill(f.Triages[0].PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if e := w.find(t, f.Triages[0].Name, fleet.ByItself); e.Killed() {
		t.Error(e)
	}
}

func TestACutLinkIsNoticedAndAHealedOneServes(t *testing.T) {
	f, _ := begin(t, nil)
	intake := f.Intakes[0]
	for name, harm := range map[string]func(*fleet.Link) error{
		"cut":        func(l *fleet.Link) error { l.Cut(); return nil },
		"black hole": (*fleet.Link).BlackHole,
	} {
		for _, l := range f.LinksTo("mongodb") {
			if err := harm(l); err != nil {
				t.Fatal(err)
			}
		}
		if err := fleet.Ready(t.Context(), f.URL(intake)); err == nil {
			t.Errorf("%s: still ready", name)
		}
		for _, l := range f.LinksTo("mongodb") {
			if err := l.Heal(); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		if err := intake.WaitUp(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}
