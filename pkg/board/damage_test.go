package board

import (
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// unreadable is an action in the journal that cannot be read.
func unreadable(n, number int) report.Entry {
	return report.Entry{Action: &report.Action{Report: idOf(n), N: number, Damaged: true}}
}

func TestAnActionThatCannotFollowEndsItsCase(t *testing.T) {
	b := New()
	b.Apply(accepted(1, "theft", false, epoch))
	if out := b.Apply(done(1, 1, report.Replied, officer, "", 1)); out.Err == nil || !out.Doubt {
		t.Errorf("a reply before routing: %+v", out)
	}
	if row, _ := b.Row(idOf(1)); row.Last != 0 || row.Damage.Action != 1 || row.State != report.StateReceived {
		t.Errorf("the case is %+v", row)
	}
	checkFiling(t, b)
}

func TestACaseWithADamagedActionStaysInItsQueue(t *testing.T) {
	b := New()
	changes, stop := b.Subscribe(only("883"))
	defer stop()
	b.Apply(accepted(1, "theft", false, epoch))
	b.Apply(done(1, 1, report.Routed, system, "883", 1))
	b.Apply(done(1, 4, report.Noted, officer, "", 4)) // kept back, and then of no use
	if out := b.Apply(unreadable(1, 2)); out.Err == nil || out.Gap != nil || out.Doubt {
		t.Errorf("the damaged action: %+v", out)
	}
	for _, e := range []report.Entry{done(1, 3, report.Claimed, officer, "", 3), unreadable(1, 2), done(1, 9, report.Noted, officer, "", 9)} {
		if out := b.Apply(e); out != (Outcome{}) {
			t.Errorf("what follows is not ignored: %+v", out)
		}
	}
	page, err := b.Query(Query{Units: []string{"883"}, Order: ByPriority, Limit: 5})
	if err != nil || page.Total != 1 || page.Rows[0].Last != 1 || page.Rows[0].Damage != (report.Damage{Action: 2}) {
		t.Errorf("the queue holds %+v, %v", page, err)
	}
	if len(b.Gaps()) > 0 || b.kept != 0 {
		t.Errorf("gaps are left: %v, %d kept back", b.Gaps(), b.kept)
	}
	<-changes
	if c := <-changes; c.Kind != Shown || c.Row.Damage.Action != 2 {
		t.Errorf("the officers' screens are told %+v", c)
	}
}

func TestADamagedReportIsACaseOfTheUnitThatGotIt(t *testing.T) {
	b := New()
	b.Apply(done(1, 1, report.Routed, system, "89-TB", 7))
	b.Apply(report.Entry{Report: &report.Report{ID: idOf(1), Damaged: true}})
	row, _ := b.Row(idOf(1))
	if row.Unit != "89-TB" || !row.Damage.Report || !row.ReceivedAt.Equal(epoch.Add(7*time.Minute)) {
		t.Errorf("the case is %+v", row)
	}
	if !row.Summary().Damaged {
		t.Error("its announcement hides the damage")
	}
	if out := b.Apply(done(1, 2, report.Claimed, officer, "", 8)); out.Err != nil || !out.Changed {
		t.Errorf("nobody can work on it: %+v", out)
	}
	checkFiling(t, b)
}

func TestResetPutsBackWhatTheJournalCannotConfirm(t *testing.T) {
	b := New()
	whole := []report.Entry{accepted(1, "theft", true, epoch), done(1, 1, report.Routed, system, "883", 1), done(1, 2, report.Claimed, officer, "", 2)}
	for _, e := range whole {
		b.Apply(e)
	}
	if out := b.Apply(unreadable(1, 2)); !out.Doubt {
		t.Fatalf("the journal cannot read what the board knows: %+v", out)
	}
	b.Reset(report.Restore(*whole[0].Report, []report.Action{*whole[1].Action, {Report: idOf(1), N: 2, Damaged: true}}))
	if row, _ := b.Row(idOf(1)); row.State != report.StateRouted || row.Damage.Action != 2 || b.Entries() != 2 {
		t.Errorf("the case is %+v", row)
	}
	checkFiling(t, b)
	if got := b.Damaged(); len(got) != 1 || got[0] != idOf(1) {
		t.Errorf("damaged are %v", got)
	}
	// Somebody put the entry back from a backup.
	b.Reset(report.Restore(*whole[0].Report, []report.Action{*whole[1].Action, *whole[2].Action}))
	if row, _ := b.Row(idOf(1)); row.State != report.StateClaimed || row.Damage.Any() || b.Entries() != 3 {
		t.Errorf("mended, the case is %+v", row)
	}
	// What was read before the case moved on does not put it back.
	b.Reset(report.Restore(*whole[0].Report, []report.Action{*whole[1].Action}))
	if row, _ := b.Row(idOf(1)); row.State != report.StateClaimed || b.Entries() != 3 {
		t.Errorf("put back to %+v", row)
	}
	checkFiling(t, b)
}

func TestAdoptingABoardTellsSubscribersToLookAgain(t *testing.T) {
	b, fresh := filled(50), filled(20)
	want := fresh.Digest()
	changes, stop := b.Subscribe(only("883"))
	defer stop()
	b.Adopt(fresh)
	if c := <-changes; c.Kind != Resync || b.Len() != 20 || b.Digest() != want {
		t.Errorf("told %+v, holds %d", c, b.Len())
	}
}

func TestACensusCountsWhatIsThere(t *testing.T) {
	b := filled(200)
	b.Apply(report.Entry{Report: &report.Report{ID: idOf(900), Damaged: true}})
	b.Apply(done(901, 2, report.Claimed, officer, "", 1))
	c := b.Census()
	if c.Cases != 201 || c.Open != 201 || c.Damaged != 1 || c.Gaps != 1 || c.Digest != b.Digest() || len(c.Digest) != 64 {
		t.Errorf("census is %+v", c)
	}
	before := c.Digest
	b.Apply(done(900, 1, report.Routed, system, "89-TB", 1))
	if b.Digest() == before {
		t.Error("another state has the same digest")
	}
}
