package follow

import (
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

func TestAnEntryThatWasNeverAnnouncedIsFoundAndRouted(t *testing.T) {
	g := newGround(t)
	g.patience = 300 * time.Millisecond
	g.add(g.journal, 1, report.Routed)
	b, _ := g.follow()
	g.holds(b, 1)
	before, err := g.bus.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g.add(g.silent, 2) // its writer was killed before it could leave word
	g.holds(b, 2)
	g.eventually("triage is told of it", func() bool {
		now, err := g.bus.Position(t.Context())
		return err == nil && now.Last > before.Last
	})
	// An action of a case that is known.
	g.put(g.silent, report.Entry{Action: &report.Action{Report: idOf(1), N: 2, Type: report.Claimed, At: time.Now(), Actor: report.Actor{Kind: report.Staff, User: "lan"}}})
	g.eventually("the claim", func() bool { row, _ := b.Row(idOf(1)); return row.Assignee == "lan" })
}

// Comparing numbers is kept out of this: only the new stream tells.
func TestANewStreamMakesTheBoardReadTheJournal(t *testing.T) {
	g := newGround(t)
	g.add(g.journal, 1, report.Routed)
	b, f := g.follow()
	g.holds(b, 1)
	for n := 2; n < 12; n++ {
		g.add(g.silent, n, report.Routed)
	}
	g.engines.DeleteStreams(t)
	g.holds(b, 11)
	g.eventually("the new stream is followed", f.following.Load)
	g.add(g.journal, 12, report.Routed)
	g.holds(b, 12)
}

func TestAnOutageOfTheStreamIsSaidOnceAndBridged(t *testing.T) {
	g := newGround(t)
	way := newGate(t, strings.TrimPrefix(g.nats, "nats://"))
	g.nats = "nats://" + way.listener.Addr().String()
	g.bus = g.connect()
	g.patience = time.Second
	b, f := g.follow()
	way.shut(true)
	g.eventually("it is known that the stream is away", func() bool { return !f.following.Load() })
	g.add(g.silent, 1, report.Routed, report.Claimed)
	g.eventually("the case comes by the journal", func() bool { row, ok := b.Row(idOf(1)); return ok && row.Last == 2 })
	if n := g.log.count("stream not followed"); n != 1 {
		t.Errorf("the outage was told of %d times\n%s", n, g.log)
	}
	way.shut(false)
	g.eventually("the stream is back", func() bool { return g.log.count("stream followed again") == 1 })
	g.add(g.journal, 2, report.Routed)
	g.eventually("what comes by the stream", func() bool { return b.Len() == 2 })
	if n := g.log.count("stream not followed"); n != 1 || !f.following.Load() {
		t.Errorf("the outage was told of %d times\n%s", n, g.log)
	}
}

func TestDamagedEntriesAreMarkedOnEveryBoardAndMendedOnes(t *testing.T) {
	g := newGround(t)
	for n := 1; n <= 5; n++ {
		g.add(g.journal, n, report.Routed, report.Claimed, report.Replied)
	}
	b, f := g.follow()
	g.eventually("all is told", func() bool { return b.Entries() == 20 })
	g.close(f)
	mend := []func(){
		g.engines.Change(t, "reports", string(idOf(1)), map[string]any{"schema": 9}),
		g.engines.Change(t, "reports", string(idOf(2)), map[string]any{"received_at": "hôm qua", "category": 7}),
		g.engines.Change(t, "actions", report.ActionEntryID(idOf(3), 2), map[string]any{"n": 7}),
		g.engines.Change(t, "actions", report.ActionEntryID(idOf(4), 3), map[string]any{"type": "sung"}),
	}
	g.engines.Remove(t, "reports", string(idOf(5)))
	b, f = g.follow() // from the checkpoint, which knows nothing of it
	g.eventually("the damage is marked", func() bool { return len(b.Damaged()) == 5 })
	g.holds(b, 5)
	for n, want := range map[int]report.Damage{1: {Report: true}, 2: {Report: true}, 3: {Action: 2}, 4: {Action: 3}, 5: {Report: true}} {
		row, _ := b.Row(idOf(n))
		if row.Damage != want || row.Unit != "883" || row.ReceivedAt.IsZero() {
			t.Errorf("case %d is %+v", n, row)
		}
		if want.Action > 0 && row.Last != want.Action-1 {
			t.Errorf("case %d goes on after what cannot be read: %+v", n, row)
		}
	}
	if row, _ := b.Row(idOf(1)); row.Category != "theft" {
		t.Errorf("the category was not salvaged: %+v", row)
	}
	if n := g.log.count("journal has damaged entries"); n != 1 || !strings.Contains(g.log.String(), string(idOf(3))+"/2") {
		t.Errorf("told of %d times\n%s", n, g.log)
	}
	g.close(f)
	for _, m := range mend {
		m()
	}
	b, _ = g.follow()
	g.eventually("what was mended is whole again", func() bool { return len(b.Damaged()) == 1 })
	g.holds(b, 5)
}

// A report that was damaged before anybody was told of it.
func TestADamagedReportIsAnnouncedAsSuch(t *testing.T) {
	g := newGround(t)
	g.patience = 300 * time.Millisecond
	b, _ := g.follow()
	g.add(g.silent, 1)
	g.engines.Change(t, "reports", string(idOf(1)), map[string]any{"narrative": 1})
	g.eventually("it is on the board", func() bool { row, _ := b.Row(idOf(1)); return row.Damage.Report })
	at, err := g.bus.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan report.Entry, 10)
	ctx, stop := testContext(t)
	defer stop()
	at.Last, at.At = 0, time.Time{}
	go func() { _ = g.bus.Follow(ctx, at, tell(told)) }()
	select {
	case e := <-told:
		if e.Report == nil || !e.Report.Damaged || e.Report.Category != "theft" || e.Report.ID != idOf(1) {
			t.Errorf("announced is %+v", e.Report)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("triage is not told")
	}
}
