package ledger

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var began = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// shelf is a journal in memory.
type shelf map[string]report.Entry

func (s shelf) Entry(_ context.Context, id string) (report.Entry, error) {
	e, ok := s[id]
	if !ok {
		return e, errors.New("not there")
	}
	return e, nil
}

func (s shelf) put(entries ...report.Entry) {
	for _, e := range entries {
		s[e.ID()] = e
	}
}

func accepted(n int) report.Entry {
	return report.Entry{Report: &report.Report{ID: report.ID(fmt.Sprintf("%012d", n)), Category: "theft", ReceivedAt: began}}
}

func noted(n, action int, text string) report.Entry {
	return report.Entry{Action: &report.Action{Report: accepted(n).Report.ID, N: action, Type: report.Noted, At: began, Text: text}}
}

func announced(e report.Entry) report.Entry {
	e.Announced = e.Hash()
	return e
}

// desk is a recorder on a ledger, with what it logs.
type desk struct {
	*Recorder
	shelf shelf
	log   *bytes.Buffer
}

func config(t *testing.T, dir string, log *bytes.Buffer, s shelf) Config {
	t.Helper()
	return Config{
		Dir: dir, Journal: s, Log: slog.New(slog.NewTextHandler(log, nil)), Every: time.Hour,
		Now: func() time.Time { return began.Add(time.Hour) },
	}
}

func begin(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{shelf: shelf{}, log: &bytes.Buffer{}}
	r, err := Start(config(t, dir, d.log, d.shelf))
	if err != nil {
		t.Fatal(err)
	}
	d.Recorder = r
	return d
}

func (d *desk) end(t *testing.T) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// compare reads the whole shelf.
func (d *desk) compare() int {
	c := d.Compare()
	for _, e := range d.shelf {
		c.Take(e)
	}
	return c.End()
}

func load(t *testing.T, dir string, heads ...Head) *Contents {
	t.Helper()
	public, err := ReadPublicKey(PublicKeyFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(dir, public, true, heads...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// write makes a ledger of a few blocks and returns its contents.
func write(t *testing.T, dir string, blocks int) *Contents {
	t.Helper()
	for n := range blocks {
		d := begin(t, dir)
		d.Note(announced(accepted(n)))
		d.Note(announced(noted(n, 1, "x")))
		d.end(t)
	}
	c := load(t, dir)
	if len(c.Faults) > 0 || c.Torn != nil || c.Blocks != blocks || len(c.Index) != 2*blocks {
		t.Fatalf("%d blocks, %d entries, %v", c.Blocks, len(c.Index), c.Faults)
	}
	return c
}

func TestABlockReadsBack(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		hash := rapid.Custom(func(t *rapid.T) (h report.Hash) {
			copy(h[:], rapid.SliceOfN(rapid.Byte(), len(h), len(h)).Draw(t, "hash"))
			return h
		})
		moment := rapid.Custom(func(t *rapid.T) time.Time {
			return time.UnixMilli(rapid.Int64Range(0, 1<<41).Draw(t, "ms")).UTC()
		})
		b := Block{Number: rapid.Uint64().Draw(t, "number"), At: moment.Draw(t, "at"), After: hash.Draw(t, "after")}
		if rapid.Bool().Draw(t, "compared") {
			b.Compared = moment.Draw(t, "compared")
		}
		for range rapid.IntRange(0, 5).Draw(t, "lines") {
			l := Line{
				Mark: rapid.SampledFrom([]Mark{Announced, Found, Damage}).Draw(t, "mark"),
				Key:  Key{rapid.Uint64Max(1<<60-1).Draw(t, "report"), rapid.Uint32().Draw(t, "n")}, Hash: hash.Draw(t, "hash"),
			}
			if l.Mark == Damage {
				l.Kind = rapid.SampledFrom([]Kind{Edited, Removed, Unreadable}).Draw(t, "kind")
			}
			b.Lines = append(b.Lines, l)
		}
		text := b.encode(key)
		p, err := parse(append(slices.Clone(text), "block "...))
		if err != nil || !bytes.Equal(p.text, text) || !p.signedWith(key.Public().(ed25519.PublicKey)) {
			t.Fatalf("%v:\n%s", err, text)
		}
		if fmt.Sprintf("%+v", p.Block) != fmt.Sprintf("%+v", b) {
			t.Fatalf("read as %+v, was %+v", p.Block, b)
		}
	})
}

func FuzzParse(f *testing.F) {
	_, key, _ := ed25519.GenerateKey(rand.Reader)
	k, _ := KeyOf("7K3M9Q2XB4TD", 1)
	f.Add(Block{Number: 1, At: began, Compared: began, Lines: []Line{{Mark: Damage, Kind: Edited, Key: k}}}.encode(key))
	f.Add([]byte("block 1 x\nafter \nholds 99999999999\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if p, err := parse(text); err == nil && !bytes.HasPrefix(text, p.text) {
			t.Error("read what is not there")
		}
	})
}

func TestWhatWasNotedIsReadBackAfterARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	c := write(t, dir, 5)
	k, _ := KeyOf(accepted(3).Report.ID, 1)
	if c.Index[k] != noted(3, 1, "x").Hash() || c.Head.Number != 5 || c.Found != 0 {
		t.Errorf("%+v", c)
	}
	if public := load(t, dir, c.Head); len(public.Faults) > 0 {
		t.Errorf("its own head is not in it: %v", public.Faults)
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	write(t, dir, 1)
	names, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "ledger*"))
	if err != nil || len(names) != 3 {
		t.Fatalf("%v, %v", names, err)
	}
	inside, _ := filepath.Glob(filepath.Join(dir, "*.*"))
	for _, name := range append(names, inside...) {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := os.Chmod(KeyFile(dir), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(config(t, dir, &bytes.Buffer{}, nil)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others may read: %v", err)
	}
}

func TestALedgerHasOneWriterAndOneKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	d := begin(t, dir)
	if _, err := Start(config(t, dir, &bytes.Buffer{}, nil)); !errors.Is(err, ErrInUse) {
		t.Errorf("a second writer: %v", err)
	}
	d.end(t)
	if err := os.Rename(KeyFile(dir), KeyFile(dir)+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(config(t, dir, &bytes.Buffer{}, nil)); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("without its key: %v", err)
	}
	if _, err := LoadOrMakeKey(KeyFile(dir), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(config(t, dir, &bytes.Buffer{}, nil)); !errors.Is(err, ErrOtherKey) {
		t.Errorf("with another key: %v", err)
	}
}

func TestSegmentsFollowOneAnother(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	d := begin(t, dir)
	d.files.full = 1000
	for n := range 20 {
		d.Note(announced(accepted(n)))
		if err := d.write(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d.end(t)
	names, err := segments(dir)
	if c := load(t, dir); err != nil || len(names) < 5 || c.Blocks != 20 || len(c.Faults) > 0 {
		t.Errorf("%v, %d blocks, %v", names, c.Blocks, c.Faults)
	}
	begin(t, dir).end(t)
}

func TestAnotherHashIsAFindingThatIsKeptAndReplacesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	first, forged := announced(noted(1, 1, "as it was")), announced(noted(1, 1, "as it is told now"))
	d := begin(t, dir)
	d.Note(first)
	d.Note(forged)
	if !strings.Contains(d.log.String(), "finding=edited") || !strings.Contains(d.log.String(), first.ID()) {
		t.Errorf("logged: %s", d.log)
	}
	d.end(t)
	for range 2 { // it is found again after every restart, and kept once
		d = begin(t, dir)
		d.Note(forged)
		d.end(t)
	}
	c := load(t, dir)
	k, _ := KeyOfEntry(first)
	if c.Index[k] != first.Announced || len(c.Damage) != 1 || c.Damage[0].Hash != forged.Announced {
		t.Errorf("%+v", c)
	}
}

func TestAComparisonFindsBothWays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	d := begin(t, dir)
	d.shelf.put(accepted(1), noted(1, 1, "a"), noted(1, 2, "b"), noted(1, 3, "c"), accepted(2))
	d.Note(announced(d.shelf[accepted(1).ID()]))
	if n := d.compare(); n != 0 {
		t.Errorf("%d findings in a sound journal", n)
	}
	d.end(t)
	if c := load(t, dir); len(c.Index) != 5 || c.Found != 4 || !c.Compared.Equal(began.Add(time.Hour)) {
		t.Errorf("%+v", c)
	}
	e := begin(t, dir)
	e.shelf = d.shelf
	delete(e.shelf, noted(1, 2, "b").ID())
	e.shelf.put(noted(1, 1, "edited"), report.Entry{Report: &report.Report{ID: accepted(2).Report.ID, Damaged: true}})
	c := e.Compare()
	for _, entry := range e.shelf {
		c.Take(entry)
	}
	e.Note(announced(accepted(3))) // comes meanwhile, where the reading has been already
	e.shelf.put(accepted(3))
	if n := c.End(); n != 3 {
		t.Errorf("%d findings: %s", n, e.log)
	}
	if n := e.compare(); n != 0 {
		t.Errorf("%d findings are said again", n)
	}
	e.end(t)
	found := map[Kind]string{}
	for _, l := range load(t, dir).Damage {
		found[l.Kind] = l.Key.String()
	}
	if len(found) != 3 || found[Edited] != noted(1, 1, "").ID() || found[Removed] != noted(1, 2, "").ID() || found[Unreadable] != accepted(2).ID() {
		t.Errorf("%v", found)
	}
}

func TestDamageThatComesBackAfterItWasMendedIsFoundAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	sound, edited := noted(1, 1, "as it was"), noted(1, 1, "as it is told now")
	d := begin(t, dir)
	d.Note(announced(sound))
	for n, is := range []struct {
		entry report.Entry
		found int
	}{{edited, 1}, {edited, 0}, {sound, 0}, {edited, 1}, {sound, 0}} {
		d.shelf.put(is.entry)
		if got := d.compare(); got != is.found {
			t.Errorf("comparison %d: %d findings", n, got)
		}
	}
	d.end(t)
	c := load(t, dir)
	k, _ := KeyOfEntry(sound)
	if len(c.Damage) != 2 || !c.Damage[0].At.Equal(began.Add(time.Hour)) || c.Index[k] != sound.Hash() {
		t.Errorf("%+v", c.Damage)
	}
}

func TestAnEntryAnnouncedWithoutItsHashIsRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	d := begin(t, dir)
	d.shelf.put(accepted(1))
	d.Note(accepted(1))
	d.Note(accepted(2)) // not readable yet
	d.end(t)
	k, _ := KeyOfEntry(accepted(1))
	if c := load(t, dir); len(c.Index) != 1 || c.Index[k] != accepted(1).Hash() {
		t.Errorf("%+v", c.Index)
	}
}

func TestWhatCannotBeWrittenWaits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	write(t, dir, 1)
	d := begin(t, dir)
	name := d.files.file.Name()
	if err := d.files.file.Close(); err != nil { // the disk fails
		t.Fatal(err)
	}
	d.Note(announced(accepted(7)))
	if err := d.write(t.Context()); err == nil || d.Check(t.Context()) == nil {
		t.Error("a failing disk is not noticed")
	}
	d.files.file, _ = os.OpenFile(name, os.O_WRONLY, 0o600)
	d.end(t)
	if c := load(t, dir); len(c.Faults) > 0 || len(c.Index) != 3 {
		t.Errorf("%d entries, %v", len(c.Index), c.Faults)
	}
}

func TestANilRecorderRecordsNothing(t *testing.T) {
	var r *Recorder
	r.Note(accepted(1))
	c := r.Compare()
	c.Take(accepted(1))
	if c.End() != 0 || r.Check(t.Context()) != nil || r.Close() != nil {
		t.Error("it did something")
	}
}
