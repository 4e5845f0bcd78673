package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// flip breaks the JSON of one report in the file of a portal that has stopped.
func flip(t *testing.T, data, id string) {
	t.Helper()
	_, stop := embeddedtest.StartIn(t, data) // moves the log into the file
	stop()
	name := filepath.Join(data, "mongodb", "phananh.sqlite")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	from, to := []byte(`"_id":"`+id+`","schema":1`), []byte(`"_id":"`+id+`","schema"z1`)
	if n := bytes.Count(b, from); n != 1 {
		t.Fatalf("the report is there %d times", n)
	}
	overwrite(t, name, bytes.Replace(b, from, to, 1))
}

func TestAFlippedByteCostsOneCaseAndIsNamed(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id := used(t, data)
	flip(t, data, id)
	whole := copied(t, data)
	if said, status := portal(t, "verify", "--data", whole); status != 1 || !strings.Contains(said, id) || !strings.Contains(said, "1 finding") {
		t.Errorf("verify before any other start: %d\n%s", status, said)
	}

	if err := os.Remove(filepath.Join(data, "board.checkpoint")); err != nil {
		t.Fatal(err)
	}
	p := serveOn(t, data)
	queued := 0
	for deadline := time.Now().Add(20 * time.Second); queued != 20 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		queued = p.inQueue(writtenPassword(t, data))
	}
	if queued != 20 {
		t.Errorf("%d cases in the queue", queued)
	}
	p.stop()
	if !strings.Contains(p.log.String(), "set aside") || !strings.Contains(p.log.String(), id) {
		t.Errorf("the portal does not say what it set aside:\n%s", p.log)
	}
}

// writtenPassword is what the first start wrote down.
func writtenPassword(t *testing.T, data string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(data, demoFile))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(b), "assword ")
	password, _, _ := strings.Cut(after, "\n")
	return password
}
