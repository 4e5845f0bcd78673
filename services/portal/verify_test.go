package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/ledger"
)

// portal runs a command of the portal and returns what it printed and its
// exit status.
func portal(t *testing.T, args ...string) (said string, status int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), portalBinary, args...)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out.String() + problems.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

// used makes a data folder with 20 routed reports and returns one's ID.
func used(t *testing.T, data string) (id string) {
	t.Helper()
	p := serveOn(t, data)
	var receipts []receipt
	for n := range 20 {
		receipts = append(receipts, p.report(n))
	}
	for _, rc := range receipts {
		p.routed(rc)
	}
	if said, status := portal(t, "verify", "--data", data); status != 0 || !strings.Contains(said, "20 reports, 20 actions") {
		t.Errorf("while the portal runs: %d\n%s", status, said)
	}
	p.stop()
	return strings.ReplaceAll(strings.TrimPrefix(receipts[7].Case, "AG-"), "-", "")
}

func TestVerifyNamesWhatWasDoneToTheData(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id := used(t, data)
	said, status := portal(t, "verify", "--data", data, "--json")
	var v struct {
		Intact    bool
		Recorded  int
		Unchained int
		Ledger    ledgerFacts
	}
	if err := json.Unmarshal([]byte(said), &v); err != nil || status != 0 || !v.Intact || v.Recorded != 40 || v.Unchained != 0 {
		t.Fatalf("%v, %d\n%s", err, status, said)
	}
	folder := filepath.Join(data, "ledger")

	engines, stop := embeddedtest.StartIn(t, data)
	engines.Change(t, "reports", id, map[string]any{"narrative": "Không có gì xảy ra cả, tôi nhầm."})
	stop()
	if said, status := portal(t, "verify", "--data", data); status != 1 || !strings.Contains(said, "EDITED") || !strings.Contains(said, id) || !strings.Contains(said, "1 finding") {
		t.Errorf("an edited report: %d\n%s", status, said)
	}

	// The desk finds it too, when it next reads the journal, and the ledger
	// keeps that.
	p := serveOn(t, data)
	p.stop()
	if said, status := portal(t, "ledger", "--data", data); status != 1 || !strings.Contains(said, "edited "+id) || !strings.Contains(p.log.String(), "finding=edited") {
		t.Errorf("the ledger has no finding: %d\n%s", status, said)
	}

	if said, status := portal(t, "verify", "--data", data, "--head", "1:"+strings.Repeat("ab", 32)); status != 1 || !strings.Contains(said, "not the one that was noted") {
		t.Errorf("another head: %d\n%s", status, said)
	}
	other := filepath.Join(t.TempDir(), "other.pem")
	foreign(t, other)
	if said, status := portal(t, "verify", "--data", data, "--public-key", other); status != 1 || !strings.Contains(said, "no block is signed with the key") {
		t.Errorf("another key: %d\n%s", status, said)
	}
	segment, err := filepath.Glob(filepath.Join(folder, "*.ledger"))
	if err != nil || len(segment) != 1 {
		t.Fatal(segment, err)
	}
	if err := os.Truncate(segment[0], 100); err != nil {
		t.Fatal(err)
	}
	if said, status := portal(t, "ledger", "--data", data); status != 1 || !strings.Contains(said, "cut off") {
		t.Errorf("a ledger cut off: %d\n%s", status, said)
	}
	// It does not keep the portal from its work.
	p = serveOn(t, data)
	p.routed(p.report(21))
	p.stop()
	if !strings.Contains(p.log.String(), "nothing is recorded in the ledger") {
		t.Errorf("a damaged ledger is not said:\n%s", p.log)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if said, status := portal(t, "verify", "--data", data); status != 2 || !strings.Contains(said, "is gone") {
		t.Errorf("a ledger taken away: %d\n%s", status, said)
	}
}

// put changes fields of a document while the portal is stopped.
func put(t *testing.T, data, collection, id string, fields map[string]any) {
	t.Helper()
	engines, stop := embeddedtest.StartIn(t, data)
	engines.Change(t, collection, id, fields)
	stop()
}

func TestVerifyTellsWhatWasMendedAsHistory(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id := used(t, data)
	action := id + "/1"
	verified := func(when string, want int, says ...string) {
		t.Helper()
		said, status := portal(t, "verify", "--data", data)
		if status != want {
			t.Errorf("%s: status %d, want %d\n%s", when, status, want, said)
		}
		for _, part := range says {
			if !strings.Contains(said, part) {
				t.Errorf("%s: %q is not said\n%s", when, part, said)
			}
		}
	}
	restarted := func() { // the desk reads the whole journal
		t.Helper()
		serveOn(t, data).stop()
	}

	put(t, data, "actions", action, map[string]any{"schema": int32(9)})
	verified("unreadable", 1, "UNREADABLE", action)
	restarted()
	verified("unreadable and recorded so", 1, "UNREADABLE", action, "1 finding")

	put(t, data, "actions", action, map[string]any{"schema": int32(1)})
	verified("put back", 0, "mended", action+" was found unreadable on 20", "is as recorded again", "nothing is wrong now")
	restarted()
	said, status := portal(t, "verify", "--data", data, "--json")
	var v struct {
		Intact   bool
		Findings []any
		History  []struct {
			Kind, Entry string
			Found       time.Time
		}
	}
	if err := json.Unmarshal([]byte(said), &v); err != nil || status != 0 || !v.Intact || len(v.Findings) != 0 ||
		len(v.History) != 1 || v.History[0].Kind != "unreadable" || v.History[0].Entry != action || time.Since(v.History[0].Found) > time.Hour {
		t.Errorf("as JSON: %v, %d\n%s", err, status, said)
	}

	put(t, data, "actions", action, map[string]any{"unit": "999"})
	verified("edited after that", 1, "EDITED", action, "1 finding")
	restarted()
	verified("edited, and recorded so", 1, "EDITED", action, "1 finding")
}

// foreign writes the public key of another ledger.
func foreign(t *testing.T, name string) {
	t.Helper()
	key, err := ledger.LoadOrMakeKey(name+".key", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text, err := ledger.EncodePublicKey(key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVerifySaysWhenItCannotCheck(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for name, args := range map[string][]string{
		"no such ledger":       {"--ledger", filepath.Join(data, "nowhere"), "--mongodb", "mongodb://127.0.0.1:1/"},
		"no database":          {"--mongodb", "mongodb://127.0.0.1:1/"},
		"no data":              {},
		"a head for no ledger": {"--mongodb", "mongodb://127.0.0.1:1/", "--head", "1:" + strings.Repeat("ab", 32)},
	} {
		said, status := portal(t, append([]string{"verify", "--data", data}, args...)...)
		if _, err := os.Stat(data); status != 2 || strings.Count(said, "\n") != 1 || err == nil {
			t.Errorf("%s: %d\n%s", name, status, said)
		}
	}
}
