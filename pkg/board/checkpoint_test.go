package board

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

func TestCheckpointBringsBackTheBoardAndItsGaps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "board")
	b := filled(500)
	b.Apply(done(900, 2, report.Claimed, officer, "", 1)) // its report is not known
	if err := b.Save(path, []byte("here")); err != nil {
		t.Fatal(err)
	}
	c, err := ReadCheckpoint(path)
	if err != nil || string(c.Position) != "here" {
		t.Fatalf("position %q, %v", c.Position, err)
	}
	again := filled(3) // what it held before is forgotten
	changes, stop := again.Subscribe(only())
	defer stop()
	if err := again.Restore(c); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Snapshot(), b.Snapshot()) {
		t.Error("the boards differ")
	}
	if g := again.Gaps(); len(g) != 1 || g[0] != (Gap{idOf(900), 0, 2}) {
		t.Errorf("gaps are %v", g)
	}
	if c := <-changes; c.Kind != Resync {
		t.Errorf("subscriber is told %+v", c)
	}
	checkFiling(t, again)
	left, _ := filepath.Glob(path + ".*")
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDamagedCheckpointIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "board")
	if _, err := ReadCheckpoint(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := filled(50).Save(path, nil); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":            nil,
		"cut off":          good[:len(good)/2],
		"a bit changed":    append(append([]byte{}, good[:100]...), append([]byte{good[100] ^ 1}, good[101:]...)...),
		"an older version": append([]byte("phananh board 1"), good[len(magic):]...),
		"a newer version":  append([]byte("phananh board 9"), good[len(magic):]...),
		"another file":     bytes.Repeat([]byte("x"), 500),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCheckpoint(path); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSnapshotOfAnyBytesIsRefusedOrRestored(t *testing.T) {
	good := filled(3).Snapshot()
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(good)
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "byte")
		}
		b := New()
		if err := b.Restore(Checkpoint{snapshot: data}); err != nil && b.Len() != 0 {
			rt.Fatalf("refused (%v) and %d cases left", err, b.Len())
		}
	})
}
