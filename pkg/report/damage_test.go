package report_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

// drawCase draws a history that the transitions allow.
func drawCase(rt *rapid.T) report.Case {
	c, err := report.Fold(sample(), nil)
	if err != nil {
		rt.Fatal(err)
	}
	for i := range rapid.IntRange(0, 15).Draw(rt, "actions") {
		var possible []report.Case
		for _, typ := range []report.Type{report.Routed, report.Claimed, report.Released, report.Replied, report.Noted, report.Answered, report.Transferred, report.Resolved, report.Reopened} {
			for _, who := range []report.Actor{system, resident, lan, minh} {
				a := act(typ, who)
				a.Report, a.N, a.At = c.Report.ID, c.Last+1, received.Add(time.Duration(i+1)*time.Minute)
				a.Unit, a.Outcome = []string{"883", "884"}[i%2], report.Referred
				next := c
				next.Actions = slices.Clone(c.Actions)
				if next.Apply(a) == nil {
					possible = append(possible, next)
				}
			}
		}
		c = rapid.SampledFrom(possible).Draw(rt, "next")
	}
	return c
}

// facts is an action without anything that somebody wrote.
func facts(a report.Action) report.Action {
	return report.Action{
		Report: a.Report, N: a.N, Type: a.Type, At: a.At, Unit: a.Unit, Outcome: a.Outcome,
		Actor: report.Actor{Kind: a.Actor.Kind, User: a.Actor.User},
	}
}

func TestAFoldIsTheReplayOfBareFacts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCase(rt)
		s := report.Begin(c.Report.ReceivedAt)
		for _, a := range c.Actions {
			next, err := s.Replay(facts(a))
			if err != nil {
				rt.Fatal(err)
			}
			s = next
		}
		folded, err := report.Fold(c.Report, c.Actions)
		if err != nil || folded.Status != s || s != c.Status {
			rt.Fatalf("fold %+v, %v\nreplay %+v", folded.Status, err, s)
		}
		if restored := report.Restore(c.Report, c.Actions); !reflect.DeepEqual(restored, folded) {
			rt.Fatalf("restored %+v\nfolded %+v", restored, folded)
		}
	})
}

func TestADamagedCaseIsRestoredUpToTheDamage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCase(rt)
		if len(c.Actions) == 0 {
			return
		}
		actions := slices.Clone(c.Actions)
		n := rapid.IntRange(1, len(actions)).Draw(rt, "damaged")
		actions[n-1] = report.Action{Report: c.Report.ID, N: n, Damaged: true}
		got := report.Restore(c.Report, actions)
		want, err := report.Fold(c.Report, c.Actions[:n-1])
		if err != nil || got.Status != want.Status || len(got.Actions) != n-1 || got.Damage != (report.Damage{Action: n}) {
			rt.Fatalf("got %+v\nwant %+v", got, want)
		}
		next := act(report.Noted, lan)
		next.Report, next.N, next.At = c.Report.ID, n, received.Add(time.Hour)
		if err := got.Apply(next); !errors.Is(err, report.ErrDamaged) {
			rt.Fatalf("something can follow: %v", err)
		}
		if ids := got.Damage.Entries(c.Report.ID); !slices.Equal(ids, []string{report.ActionEntryID(c.Report.ID, n)}) {
			rt.Fatalf("damaged are %v", ids)
		}
	})
}

func TestADamagedReportIsAsOldAsItsFirstAction(t *testing.T) {
	routed := report.Action{Report: sample().ID, N: 1, Type: report.Routed, At: received, Actor: system, Unit: "89-TB"}
	c := report.Restore(report.Report{ID: sample().ID, Damaged: true}, []report.Action{routed})
	if !c.Report.ReceivedAt.Equal(received) || c.State != report.StateRouted || !c.Damage.Report {
		t.Errorf("the case is %+v", c)
	}
	claimed := report.Action{Report: sample().ID, N: 2, Type: report.Claimed, At: received, Actor: lan}
	if err := c.Apply(claimed); err != nil {
		t.Error("nobody can work on it:", err)
	}
}
