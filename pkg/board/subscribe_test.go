package board

import (
	"testing"

	"github.com/phananh/portal/pkg/report"
)

func only(units ...string) func(string) bool {
	return func(unit string) bool {
		for _, u := range units {
			if u == unit {
				return true
			}
		}
		return false
	}
}

func TestTransferTellsBothUnits(t *testing.T) {
	b := New()
	b.Apply(accepted(1, "theft", false, epoch))
	here, stopHere := b.Subscribe(only("883"))
	there, stopThere := b.Subscribe(only("884"))
	elsewhere, stopElsewhere := b.Subscribe(only("886"))
	b.Apply(done(1, 1, report.Routed, system, "883", 1))
	b.Apply(done(1, 2, report.Transferred, officer, "884", 2))
	stopHere()
	stopThere()
	stopElsewhere()
	var seen []Change
	for _, ch := range []<-chan Change{here, there, elsewhere} {
		for c := range ch {
			seen = append(seen, c)
		}
	}
	if len(seen) != 3 ||
		seen[0].Kind != Shown || seen[0].Row.State != report.StateRouted ||
		seen[1].Kind != Gone || seen[1].Unit != "883" ||
		seen[2].Kind != Shown || seen[2].Row.Unit != "884" {
		t.Errorf("told %+v", seen)
	}
}

func TestSlowSubscriberIsToldToLookAgainAndHoldsNobodyUp(t *testing.T) {
	b := New()
	changes, stop := b.Subscribe(only(""))
	defer stop()
	for n := range backlog + 50 {
		b.Apply(accepted(n, "theft", false, epoch))
	}
	for range backlog {
		if c := <-changes; c.Kind != Shown {
			t.Fatalf("change is %+v", c)
		}
	}
	if c := <-changes; c.Kind != Resync {
		t.Fatalf("change is %+v, want Resync", c)
	}
	b.Apply(accepted(backlog+50, "theft", false, epoch))
	if c := <-changes; c.Kind != Shown || c.Row.ID != idOf(backlog+50) {
		t.Errorf("after Resync: %+v", c)
	}
	if len(changes) != 0 {
		t.Errorf("%d changes too many", len(changes))
	}
}
