// Package embeddedtest gives a test engines of its own: a fresh database and
// a fresh stream, in a process that is built without the race detector, since
// the engine checks itself under it and becomes ten times slower.
package embeddedtest

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// Database is the name of the database that is prepared.
const Database = "phananh"

// Engines is where a test finds its engines.
type Engines struct {
	MongoDB string // URI
	NATS    string // URL
	Data    string // the engines' data folder
}

// build makes the engine program once for a test binary.
var build = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	if err := os.MkdirAll(filepath.Join(root, "bin"), 0o755); err != nil {
		return "", err
	}
	binary := filepath.Join(root, "bin", "engine")
	lock := flock.New(binary + ".lock") // test binaries run side by side
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer func() { _ = lock.Unlock() }()
	cmd := exec.Command("go", "build", "-o", binary, "./pkg/embedded/engine")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build engine: %w\n%s", err, out)
	}
	return binary, nil
})

// Start starts engines and stops them when the test has ended.
func Start(t testing.TB) Engines {
	t.Helper()
	e, _ := StartIn(t, t.TempDir())
	return e
}

// StartIn starts engines on a data folder that may have been used before, and
// returns how to stop them before the test ends.
func StartIn(t testing.TB, dir string) (Engines, func()) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-data", dir, "-database", Database)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { end(t, cmd, stdin) })
	t.Cleanup(stop)
	var addresses struct {
		MongoDB string `json:"mongodb_uri"`
		NATS    string `json:"nats_url"`
	}
	if err := json.NewDecoder(stdout).Decode(&addresses); err != nil {
		t.Fatalf("engine did not start: %v", err)
	}
	return Engines{MongoDB: addresses.MongoDB, NATS: addresses.NATS, Data: dir}, stop
}

// end asks the engine to stop and, should it not, kills it.
func end(t testing.TB, cmd *exec.Cmd, stdin io.Closer) {
	_ = stdin.Close()
	timer := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("engine: %v", err)
	}
}

// Log is a logger that writes to the test's output.
func Log(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{t}, nil))
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(string(b[:max(0, len(b)-1)]))
	return len(b), nil
}
