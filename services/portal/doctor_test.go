package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// examination is what portal doctor --json said.
type examination struct {
	t        *testing.T
	status   int
	Healthy  bool
	Findings []struct{ Area, Name, Level, Found, Do string }
}

// examine runs portal doctor as an operator would.
func examine(t *testing.T, environment []string, args ...string) examination {
	t.Helper()
	cmd := exec.Command(portalBinary, append([]string{"doctor", "--json"}, args...)...)
	cmd.Env = append(os.Environ(), environment...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	e := examination{t: t}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		e.status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if stderr.Len() > 0 {
		t.Errorf("said beside its findings: %s", &stderr)
	}
	if err := json.Unmarshal(out, &e); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return e
}

// has expects a finding with a level and a part of what was found.
func (e examination) has(area, name, level, part string) {
	e.t.Helper()
	for _, f := range e.Findings {
		if f.Area == area && f.Name == name {
			if f.Level != level || !strings.Contains(f.Found, part) {
				e.t.Errorf("%s, %s: %+v, want %s with %q", area, name, f, level, part)
			}
			return
		}
	}
	e.t.Errorf("%s, %s: nothing was said", area, name)
}

func TestDoctorLooksAtTheEngineOfARunningPortal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	portal := serveOn(t, data)
	r := portal.report(1)
	e := examine(t, nil, "--data", data)
	if e.status != 0 || !e.Healthy {
		t.Errorf("status %d: %+v", e.status, e.Findings)
	}
	e.has("Configuration", "receipt key", "ok", "the one that this database was begun with")
	e.has("MongoDB", "deployment", "warning", "embedded engine")
	e.has("MongoDB", "majority write", "ok", "")
	e.has("MongoDB", "outbox", "ok", "")
	e.has("NATS", "deployment", "not checked", "")
	e.has("This machine", "data folder", "ok", data)
	e.has("This machine", "sync to disk", "ok", "median of 50")
	if r.Receipt == "" {
		t.Error("no report")
	}
	if strict := examine(t, nil, "--data", data, "--strict"); strict.status != 1 || strict.Healthy {
		t.Errorf("strictly it ends with %d", strict.status)
	}
	portal.stop()
	e = examine(t, nil, "--data", data)
	e.has("MongoDB", "deployment", "not checked", "the portal's own engine")
}

func TestDoctorFindsWhatIsOpenToOthers(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(data, "receipt.key")
	if err := os.WriteFile(keyFile, []byte(strings.Repeat("0", 64)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{data: 0o755, keyFile: 0o644} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	e := examine(t, nil, "--data", data)
	if e.status != 1 {
		t.Errorf("status %d", e.status)
	}
	e.has("This machine", "data folder", "problem", "0755")
	e.has("This machine", "receipt.key", "problem", "0644")
	e.has("Configuration", "receipt key", "problem", "zeros")
	if left, err := os.ReadDir(data); err != nil || len(left) != 1 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestDoctorKnowsTheDatabasesReceiptKey(t *testing.T) {
	stores := embeddedtest.Start(t)
	first, other := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	where := []string{"MONGODB_URI=" + stores.MongoDB, "NATS_URL=" + stores.NATS}
	data := filepath.Join(t.TempDir(), "data")

	e := examine(t, append(where, "PORTAL_RECEIPT_KEY="+first), "--data", data)
	e.has("Configuration", "receipt key", "ok", "binds it")
	e.has("NATS", "stream", "ok", "not there yet")

	ctx := t.Context()
	serving := exec.CommandContext(ctx, portalBinary, "serve", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--data", data)
	serving.Env = append(os.Environ(), append(where, "PORTAL_RECEIPT_KEY="+first)...)
	if err := serving.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = serving.Wait() }()
	defer func() { _ = serving.Process.Signal(os.Interrupt) }()

	deadline := time.Now().Add(20 * time.Second)
	for {
		e = examine(t, append(where, "PORTAL_RECEIPT_KEY="+other), "--data", data)
		if strings.Contains(e.found("receipt key"), "is not the key") && !strings.Contains(e.found("triage"), "no consumer") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the portal has not begun: %+v", e.Findings)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if e.status != 1 {
		t.Errorf("status %d", e.status)
	}
	e.has("Configuration", "receipt key", "problem", "is not the key")

	e = examine(t, append(where, "PORTAL_RECEIPT_KEY="+first), "--data", data)
	if e.status != 0 {
		t.Errorf("status %d: %+v", e.status, e.Findings)
	}
	e.has("Configuration", "receipt key", "ok", "begun with")
	e.has("NATS", "stream", "ok", "announcement")
	e.has("NATS", "triage", "ok", "nothing waits")
	e.has("NATS", "publishing", "ok", "")
	e.has("NATS", "sync to disk", "not checked", "")
}

func (e examination) found(name string) string {
	for _, f := range e.Findings {
		if f.Name == name {
			return f.Found
		}
	}
	return ""
}

func TestDoctorSaysWithinSecondsThatNothingAnswers(t *testing.T) {
	begun := time.Now()
	e := examine(t, []string{"MONGODB_URI=mongodb://127.0.0.1:1/", "NATS_URL=nats://127.0.0.1:1"}, "--data", filepath.Join(t.TempDir(), "data"))
	if took := time.Since(begun); e.status != 1 || took > 5*time.Second {
		t.Errorf("status %d after %v", e.status, took)
	}
	e.has("MongoDB", "answers", "problem", "refused")
	e.has("NATS", "answers", "problem", "no servers available")
	e.has("Configuration", "receipt key", "warning", "none is given")
}

func TestDoctorDoesNotWaitForAServerThatIsSilent(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // the system accepts; nobody ever answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	address := silent.Addr().String()
	begun := time.Now()
	e := examine(t, []string{"MONGODB_URI=mongodb://" + address + "/", "NATS_URL=nats://" + address}, "--data", filepath.Join(t.TempDir(), "data"), "--nats-monitor", "http://"+address)
	if took := time.Since(begun); e.status != 1 || took > 6*time.Second {
		t.Errorf("status %d after %v", e.status, took)
	}
	e.has("MongoDB", "answers", "problem", "")
	e.has("NATS", "answers", "problem", "timeout")
	e.has("NATS", "monitor", "warning", "deadline exceeded")
}

func TestDoctorTellsWrongUsageFromProblems(t *testing.T) {
	for _, args := range [][]string{{"doctor", "--no-such-flag"}, {"doctor", "--replicas", "many"}} {
		err := exec.Command(portalBinary, args...).Run()
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Errorf("%q: %v", args, err)
		}
	}
	e := examine(t, []string{"NATS_URL=nats://127.0.0.1:1"}, "--data", filepath.Join(t.TempDir(), "data"))
	e.has("Configuration", "stores", "problem", "go together")
	e.has("MongoDB", "deployment", "not checked", "MONGODB_URI")
}
