package embedded_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// hints is a stream on an embedded server.
type hints struct {
	*embedded.NATS
	js   jetstream.JetStream
	conn *nats.Conn
}

func startNATS(t *testing.T, dir string) hints {
	t.Helper()
	server, err := embedded.StartNATS(embedded.NATSConfig{Dir: dir, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := nats.Connect(server.URL(), server.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateOrUpdateStream(t.Context(), jetstream.StreamConfig{
		Name: "S", Subjects: []string{"s"}, Storage: jetstream.FileStorage, MaxBytes: 4 << 30,
	})
	if err != nil {
		t.Fatalf("a stream that may grow beyond the disk: %v", err)
	}
	return hints{server, js, conn}
}

func (h hints) stop(t *testing.T) {
	t.Helper()
	h.conn.Close()
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

func (h hints) publish(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := h.js.Publish(ctx, "s", make([]byte, 4096))
	return err
}

func TestTheStreamComesBackByItselfAfterAFullDisk(t *testing.T) {
	disk := embeddedtest.SmallDisk(t, 32<<20)
	h := startNATS(t, filepath.Join(disk, "nats"))
	defer h.stop(t)
	for round := range 2 {
		filler := embeddedtest.FillDisk(t, disk, 0)
		stored := 0
		for h.publish(t) == nil {
			if stored++; stored > 10_000 {
				t.Fatal("the disk is not full")
			}
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		for h.publish(t) != nil {
			if time.Since(begun) > 20*time.Second {
				t.Fatal("the stream does not come back")
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Logf("round %d: back %v after there was room", round, time.Since(begun).Round(10*time.Millisecond))
	}
}

func TestADamagedNATSStoreIsMovedAsideOrMended(t *testing.T) {
	pristine := filepath.Join(t.TempDir(), "nats")
	h := startNATS(t, pristine)
	for range 100 {
		if err := h.publish(t); err != nil {
			t.Fatal(err)
		}
	}
	h.stop(t)
	var files []string
	err := filepath.WalkDir(pristine, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			name, err = filepath.Rel(pristine, name)
			files = append(files, name)
		}
		return err
	})
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range append(files, "jetstream") { // the last: a folder becomes a file
		t.Run(file, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "nats")
			if err := os.CopyFS(dir, os.DirFS(pristine)); err != nil {
				t.Fatal(err)
			}
			victim := filepath.Join(dir, file)
			if err := os.RemoveAll(victim); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(victim, []byte("\x00garbage where a store should be\xff"), 0o600); err != nil {
				t.Fatal(err)
			}
			h := startNATS(t, dir)
			defer h.stop(t)
			if err := h.publish(t); err != nil {
				t.Error(err)
			}
			kept, err := filepath.Glob(dir + ".damaged-*")
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("moved aside: %v", len(kept) == 1)
		})
	}
}
