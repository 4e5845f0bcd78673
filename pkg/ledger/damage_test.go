package ledger

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// only is the one file of a ledger's blocks.
func only(t *testing.T, dir string) string {
	t.Helper()
	names, err := segments(dir)
	if err != nil || len(names) != 1 {
		t.Fatalf("%v, %v", names, err)
	}
	return filepath.Join(dir, names[0])
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryChangedByteIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	write(t, dir, 2)
	for _, name := range []string{only(t, dir), headFile(dir)} {
		sound := read(t, name)
		for i := range sound {
			for _, flip := range []byte{1, 0x20} {
				damaged := bytes.Clone(sound)
				damaged[i] ^= flip
				put(t, name, damaged)
				if c := load(t, dir); len(c.Faults) == 0 {
					t.Errorf("%s: byte %d changed by %#x is not found", filepath.Base(name), i, flip)
				}
			}
		}
		put(t, name, sound)
	}
	if c := load(t, dir); len(c.Faults) != 0 {
		t.Errorf("the sound one: %v", c.Faults)
	}
}

func TestAFaultIsNamedOnceAndTheRestIsStillRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	write(t, dir, 5)
	name := only(t, dir)
	text := read(t, name)
	at := bytes.Index(text, []byte("\n+ 000000000002 ")) + 20
	text[at] ^= 1
	put(t, name, text)
	c := load(t, dir)
	if len(c.Faults) != 1 || !strings.Contains(c.Faults[0].String(), "block 3") || len(c.Index) != 8 {
		t.Errorf("%d entries, %v", len(c.Index), c.Faults)
	}
	if _, err := Start(config(t, dir, &bytes.Buffer{}, nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("it is written on: %v", err)
	}
}

func TestALedgerThatWasCutOffIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	whole := write(t, dir, 4)
	name := only(t, dir)
	text := read(t, name)
	blocks := bytes.SplitAfter(text, []byte("=\n")) // a signature ends with =
	for cut := range 4 {
		put(t, name, bytes.Join(blocks[:cut], nil))
		if c := load(t, dir); len(c.Faults) != 1 || !strings.Contains(c.Faults[0].What, "cut off") {
			t.Errorf("cut after %d blocks: %v", cut, c.Faults)
		}
	}
	put(t, name, bytes.Join(append(blocks[:1:1], blocks[2:]...), nil))
	if c := load(t, dir); len(c.Faults) != 1 || !strings.Contains(c.Faults[0].What, "block 3 does not follow block 1") {
		t.Errorf("a block taken out: %v", c.Faults)
	}
	// Whoever cuts off the note of the head as well is found by a head that
	// was noted elsewhere.
	put(t, name, blocks[0])
	if err := os.Remove(headFile(dir)); err != nil {
		t.Fatal(err)
	}
	if c := load(t, dir, whole.Head); len(c.Faults) != 1 || !strings.Contains(c.Faults[0].What, "which was noted, is not in it") {
		t.Errorf("%v", c.Faults)
	}
}

func TestALedgerSignedAnewWithAnotherKeyIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	write(t, dir, 4)
	public, err := ReadPublicKey(PublicKeyFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "ledger")
	write(t, other, 4) // as sound as the first
	c, err := Load(other, public, true)
	if err != nil || len(c.Faults) != 2 || !strings.Contains(c.Faults[0].What, "no block is signed with the key") || len(c.Index) != 0 {
		t.Errorf("%v, %v", c.Faults, err)
	}
}

// A power cut leaves part of a block, or nonsense, behind what was counted as
// written.
func TestATornBlockIsCutOffAndTheLedgerGoesOn(t *testing.T) {
	for name, tear := range map[string]func(block []byte) []byte{
		"a part":         func(b []byte) []byte { return b[:len(b)/2] },
		"all but a line": func(b []byte) []byte { return b[:len(b)-1] },
		"zeros":          func(b []byte) []byte { return make([]byte, len(b)) },
		"noise": func(b []byte) []byte {
			_, _ = rand.Read(b)
			return b
		},
		"nothing": func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ledger")
			write(t, dir, 3)
			file := only(t, dir)
			sound, head := read(t, file), read(t, headFile(dir))
			write4 := begin(t, dir)
			write4.Note(announced(accepted(9)))
			write4.end(t)
			block := read(t, file)[len(sound):]
			put(t, file, append(bytes.Clone(sound), tear(bytes.Clone(block))...))
			put(t, headFile(dir), head)
			if c := load(t, dir); len(c.Faults) != 0 || (c.Torn == nil) != (name == "nothing") {
				t.Errorf("torn %v, faults %v", c.Torn, c.Faults)
			}
			d := begin(t, dir)
			d.shelf.put(accepted(9))
			for n := range 3 {
				d.shelf.put(accepted(n), noted(n, 1, "x"))
			}
			if n := d.compare(); n != 0 {
				t.Errorf("%d findings", n)
			}
			d.end(t)
			if c := load(t, dir); len(c.Faults) != 0 || c.Torn != nil || len(c.Index) != 7 {
				t.Errorf("%d entries, %v", len(c.Index), c.Faults)
			}
		})
	}
}
