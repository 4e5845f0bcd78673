package scenario

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/pkg/failpoint"
)

func TestAKillCountsOnlyWhenTheProcessDiedOfIt(t *testing.T) {
	tally := NewTally()
	tally.Hit(fleet.Hit{Process: "intake-1", Point: failpoint.JournalMarked, Action: "kill"}) // announced, and not yet dead
	tally.Exited(fleet.Exit{Cause: fleet.ByKill})
	tally.Exited(fleet.Exit{Cause: fleet.ByRequest})
	tally.Exited(fleet.Exit{Cause: fleet.ByItself})
	if n := len(tally.Missing()); n != len(failpoint.All()) {
		t.Errorf("%d points missing before anything died at one", n)
	}
	tally.Exited(fleet.Exit{Cause: fleet.ByFailpoint, Point: failpoint.JournalMarked})
	tally.Hit(fleet.Hit{Point: failpoint.JournalMarked, Action: "pause:2s"})
	if slices.Contains(tally.Missing(), failpoint.JournalMarked) {
		t.Error("not counted")
	}
	for _, p := range tally.Points() {
		if p.Name == failpoint.JournalMarked && (p.Killed != 1 || p.Paused != 1) {
			t.Errorf("%+v", p)
		}
	}
}

func TestKillsAreToldFromWhatEndedByItself(t *testing.T) {
	kills, bySelf := exits([]fleet.Exit{
		{Cause: fleet.ByFailpoint}, {Cause: fleet.ByKill}, {Cause: fleet.ByRequest},
		{Cause: fleet.ByItself, Process: "desk-1", State: "exit status 2", Tail: "panic: x"},
	})
	if kills != 2 || len(bySelf) != 1 || !strings.Contains(bySelf[0], "panic: x") {
		t.Errorf("%d kills, %q", kills, bySelf)
	}
}

func TestEveryFailpointIsSomeRolesAndGetsItsTurn(t *testing.T) {
	tally := NewTally()
	arming := NewArming(rand.New(rand.NewPCG(1, 2)), tally, 5)
	roles := []fleet.Role{fleet.Intake, fleet.Triage, fleet.Desk}
	for range 60 {
		for _, role := range roles {
			// The process dies at the first of what it is armed with.
			name, _, _ := strings.Cut(arming.Rule(string(role), role), "=")
			tally.Exited(fleet.Exit{Cause: fleet.ByFailpoint, Point: failpoint.Name(name)})
		}
	}
	if missing := tally.Missing(); len(missing) > 0 {
		t.Errorf("never armed: %v", missing)
	}
	arming.Stop()
	if rule := arming.Rule("intake", fleet.Intake); rule != "" {
		t.Errorf("armed after the end: %s", rule)
	}
}

func TestTheSameSeedArmsTheSame(t *testing.T) {
	rules := func(seed uint64) (all []string) {
		s := &Stage{Seed: seed}
		arming := NewArming(s.Random("kills", "arming"), NewTally(), 60)
		for range 20 {
			all = append(all, arming.Rule("intake-1", fleet.Intake))
		}
		return all
	}
	if !slices.Equal(rules(7), rules(7)) || slices.Equal(rules(7), rules(8)) {
		t.Error("the seed does not decide")
	}
}
