package follow

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

func testContext(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 40*time.Second)
}

func tell(to chan<- report.Entry) func(report.Entry, bus.Position) {
	return func(e report.Entry, _ bus.Position) { to <- e }
}

func TestABoardIsRestoredFromItsCheckpoint(t *testing.T) {
	g := newGround(t)
	g.add(g.journal, 1, report.Routed)
	_, f := g.follow()
	g.close(f)
	g.add(g.journal, 2, report.Routed)
	b, _ := g.follow()
	g.holds(b, 2)
	if g.log.count("board restored") != 1 {
		t.Error(g.log)
	}
}

func TestACheckpointThatCannotBeUsedIsRebuiltAndSaidInOneLine(t *testing.T) {
	g := newGround(t)
	g.add(g.journal, 1, report.Routed, report.Claimed)
	b, f := g.follow()
	g.holds(b, 1)
	g.close(f)
	good, err := os.ReadFile(g.path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte) func() error { return func() error { return os.WriteFile(g.path, data, 0o600) } }
	flipped := append([]byte{}, good...)
	flipped[len(flipped)/2] ^= 1
	for name, spoil := range map[string]func() error{
		"cut off":        write(good[:len(good)-7]),
		"a bit flipped":  write(flipped),
		"empty":          write(nil),
		"newer":          write(append([]byte("phananh board 9"), good[15:]...)),
		"a folder":       func() error { return os.Mkdir(g.path, 0o700) },
		"not to be read": func() error { return os.Symlink(g.path, g.path) }, // leads to itself
	} {
		if err := os.RemoveAll(g.path); err != nil {
			t.Fatal(err)
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		g.log = &lines{}
		b, f := g.follow()
		g.holds(b, 1)
		f.stop()
		f.runs.Wait()
		if g.log.count("checkpoint not used, the board is rebuilt") != 1 || g.log.count("level=WARN") != 1 {
			t.Errorf("%s: %s", name, g.log)
		}
	}
}

func TestACheckpointOfAnotherDatabaseIsNotUsed(t *testing.T) {
	g := newGround(t)
	g.add(g.journal, 1, report.Routed)
	_, f := g.follow()
	g.close(f)
	g.engines.Change(t, "pins", "installation", map[string]any{"value": []byte("another")})
	b, _ := g.follow()
	g.holds(b, 1)
	if g.log.count("it is of another database") != 1 {
		t.Error(g.log)
	}
}

func TestADatabaseRestoredFromAnOlderCopyLeavesNoStaleCases(t *testing.T) {
	for name, meanwhile := range map[string]func(g *ground){
		"fewer entries":   func(*ground) {},
		"as many entries": func(g *ground) { g.add(g.silent, 4, report.Routed, report.Claimed) },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t)
			for n := 1; n <= 3; n++ {
				g.add(g.journal, n, report.Routed, report.Claimed)
			}
			b, f := g.follow()
			g.eventually("all is told", func() bool { return b.Entries() == 9 })
			g.close(f)
			g.engines.Remove(t, "reports", string(idOf(3)))
			g.engines.Remove(t, "actions", report.ActionEntryID(idOf(3), 1), report.ActionEntryID(idOf(3), 2), report.ActionEntryID(idOf(2), 2))
			meanwhile(g)
			b, f = g.follow()
			g.eventually("the older state", func() bool {
				_, stale := b.Row(idOf(3))
				row, _ := b.Row(idOf(2))
				return !stale && row.Last == 1
			})
			if g.log.count("older copy") != 1 {
				t.Error(g.log)
			}
			g.eventually("the stream is followed", f.following.Load)
			g.add(g.journal, 5, report.Routed)
			g.eventually("it goes on", func() bool { row, _ := b.Row(idOf(5)); return row.Unit == "883" })
			want := g.rebuilt()
			g.eventually("the digest of a rebuild", func() bool { return b.Digest() == want })
		})
	}
}

func TestEntriesThatVanishWhileTheBoardIsRunningLeaveIt(t *testing.T) {
	g := newGround(t)
	g.patience = 300 * time.Millisecond
	for n := 1; n <= 3; n++ {
		g.add(g.journal, n, report.Routed)
	}
	b, _ := g.follow()
	g.holds(b, 3)
	g.engines.Remove(t, "reports", string(idOf(3)))
	g.engines.Remove(t, "actions", report.ActionEntryID(idOf(3), 1))
	g.holds(b, 2)
}
