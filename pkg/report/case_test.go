package report_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

var (
	received = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	lan      = report.Actor{Kind: report.Staff, User: "lan", Name: "Nguyễn Thị Lan", Unit: "883"}
	minh     = report.Actor{Kind: report.Staff, User: "minh", Name: "Trần Văn Minh", Unit: "883"}
	system   = report.Actor{Kind: report.System}
	resident = report.Actor{Kind: report.Resident}
)

func sample() report.Report {
	return report.Report{
		ID: "000000000001", Category: "theft", Narrative: "Mất xe máy trước chợ.",
		Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: received,
	}
}

// life builds a case action by action, each a minute after the one before.
type life struct {
	t *testing.T
	c report.Case
}

func begin(t *testing.T) *life {
	c, err := report.Fold(sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &life{t, c}
}

func (l *life) next(a report.Action) report.Action {
	a.Report, a.N = l.c.Report.ID, l.c.Last+1
	a.At = received.Add(time.Duration(a.N) * time.Minute)
	return a
}

func (l *life) do(a report.Action) *life {
	l.t.Helper()
	if err := l.c.Apply(l.next(a)); err != nil {
		l.t.Fatal(err)
	}
	return l
}

func (l *life) refuses(a report.Action, want error) {
	l.t.Helper()
	before := l.c.Status
	if err := l.c.Apply(l.next(a)); !errors.Is(err, want) {
		l.t.Errorf("%s when %s: got %v, want %v", a.Type, before.State, err, want)
	}
	if l.c.Status != before {
		l.t.Error("a refused action changed the case")
	}
}

func (l *life) elapsed(c report.Clock) time.Duration {
	d, stopped := l.c.Elapsed(c, received, received.Add(time.Hour))
	if !stopped {
		return -1
	}
	return d
}

func act(t report.Type, by report.Actor) report.Action {
	return report.Action{Type: t, Actor: by, Text: "Nội dung."}
}

func routed(unit string) report.Action {
	return report.Action{Type: report.Routed, Actor: system, Unit: unit}
}

func resolved(by report.Actor) report.Action {
	a := act(report.Resolved, by)
	a.Outcome = report.Handled
	return a
}

func TestTheWholeLifeOfACase(t *testing.T) {
	l := begin(t).do(routed("883")).do(act(report.Claimed, lan)).do(act(report.Replied, lan)).do(act(report.Answered, resident))
	if !l.c.Unanswered || l.c.Assignee != "lan" {
		t.Errorf("%+v", l.c.Status)
	}
	l.do(act(report.Replied, lan)).do(resolved(lan))
	if l.c.State != report.StateResolved || l.c.Unanswered || l.c.Outcome != report.Handled {
		t.Errorf("%+v", l.c.Status)
	}
	for clock, want := range map[report.Clock]time.Duration{
		report.ToRoute: time.Minute, report.ToAcknowledge: 2 * time.Minute, report.ToReply: 3 * time.Minute, report.ToResolve: 6 * time.Minute,
	} {
		if got := l.elapsed(clock); got != want {
			t.Errorf("%s took %v, want %v", clock, got, want)
		}
	}
}

func TestAResolvedCaseTheResidentWritesToGoesBackToItsQueue(t *testing.T) {
	l := begin(t).do(routed("883")).do(act(report.Claimed, lan)).do(resolved(lan)).do(act(report.Answered, resident))
	if l.c.State != report.StateRouted || !l.c.Unanswered || l.c.Assignee != "" || l.c.Reopenings != 1 || l.c.Outcome != "" {
		t.Errorf("%+v", l.c.Status)
	}
	if l.elapsed(report.ToResolve) != -1 {
		t.Error("the clock must run again")
	}
}

func TestTransferKeepsTheClockRunning(t *testing.T) {
	move := act(report.Transferred, lan)
	move.Unit = "884"
	l := begin(t).do(routed("883")).do(act(report.Claimed, lan)).do(move)
	if l.c.State != report.StateRouted || l.c.Unit != "884" || l.c.Assignee != "" || l.c.Transfers != 1 {
		t.Errorf("%+v", l.c.Status)
	}
	if l.elapsed(report.ToAcknowledge) != 2*time.Minute || l.elapsed(report.ToResolve) != -1 {
		t.Error("a transfer must neither reset nor stop a clock")
	}
}

func TestWhatTheStateDoesNotAllowIsRefused(t *testing.T) {
	fresh := begin(t)
	fresh.refuses(act(report.Claimed, lan), report.ErrNotAllowed)
	fresh.refuses(act(report.Noted, lan), report.ErrNotAllowed)

	inQueue := begin(t).do(routed("883"))
	inQueue.refuses(routed("884"), report.ErrNotAllowed)
	inQueue.refuses(act(report.Replied, lan), report.ErrNotAllowed)
	inQueue.refuses(resolved(lan), report.ErrNotAllowed)
	inQueue.refuses(act(report.Claimed, resident), report.ErrNotAllowed)

	taken := begin(t).do(routed("883")).do(act(report.Claimed, lan))
	taken.refuses(act(report.Claimed, minh), report.ErrNotAllowed)
	taken.refuses(act(report.Replied, minh), report.ErrNotYours)
	taken.refuses(resolved(minh), report.ErrNotYours)

	done := begin(t).do(routed("883")).do(act(report.Claimed, lan)).do(resolved(lan))
	done.refuses(act(report.Claimed, lan), report.ErrNotAllowed)
}

func TestIncompleteActionsAreRefused(t *testing.T) {
	l := begin(t).do(routed("883")).do(act(report.Claimed, lan))
	for _, a := range []report.Action{
		{Type: report.Replied, Actor: lan},
		{Type: report.Resolved, Actor: lan, Text: "Xong."},
		{Type: report.Resolved, Actor: lan, Outcome: report.Handled},
		{Type: report.Resolved, Actor: lan, Text: "Xong.", Outcome: "vanished"},
		{Type: report.Transferred, Actor: lan, Text: "Sai địa bàn."},
		{Type: report.Transferred, Actor: lan, Text: "Sai địa bàn.", Unit: "883"},
		{Type: report.Transferred, Actor: lan, Unit: "884"},
		{Type: report.Replied, Actor: lan, Text: strings.Repeat("ạ", report.MaxMessage+1)},
	} {
		l.refuses(a, report.ErrIncomplete)
	}
}

func TestActionsOutOfOrderAreRefused(t *testing.T) {
	l := begin(t).do(routed("883"))
	for _, n := range []int{0, 1, 3} {
		a := l.next(act(report.Claimed, lan))
		a.N = n
		if err := l.c.Apply(a); !errors.Is(err, report.ErrOutOfOrder) {
			t.Errorf("number %d: %v", n, err)
		}
	}
	foreign := l.next(act(report.Claimed, lan))
	foreign.Report = "000000000002"
	if err := l.c.Apply(foreign); !errors.Is(err, report.ErrOutOfOrder) {
		t.Errorf("another report's action: %v", err)
	}
}

// TestAnyAllowedLifeKeepsTheInvariants walks at random through the table.
func TestAnyAllowedLifeKeepsTheInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := report.Fold(sample(), nil)
		summary := report.Begin(received)
		types := []report.Type{report.Routed, report.Claimed, report.Released, report.Replied, report.Answered, report.Noted, report.Transferred, report.Resolved, report.Reopened}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			a := report.Action{
				Report: c.Report.ID, N: c.Last + 1, At: received.Add(time.Duration(c.Last+1) * time.Second),
				Type:    rapid.SampledFrom(types).Draw(t, "type"),
				Actor:   rapid.SampledFrom([]report.Actor{lan, minh, system, resident}).Draw(t, "actor"),
				Unit:    rapid.SampledFrom([]string{"", "883", "884"}).Draw(t, "unit"),
				Text:    rapid.SampledFrom([]string{"", "Nội dung."}).Draw(t, "text"),
				Outcome: rapid.SampledFrom([]report.Outcome{"", report.Handled}).Draw(t, "outcome"),
			}
			allowed := slices.Contains(c.Allowed(a.Actor.User), a.Type)
			err := c.Apply(a)
			if a.Actor.Kind == report.Staff && allowed == (errors.Is(err, report.ErrNotAllowed) || errors.Is(err, report.ErrNotYours)) {
				t.Fatalf("Allowed says %v for %s, Apply says %v", allowed, a.Type, err)
			}
			if err != nil {
				continue
			}
			a.Text = "" // an announcement carries no text
			if summary, err = summary.Replay(a); err != nil {
				t.Fatal(err)
			}
			s := c.Status
			switch {
			case summary != s:
				t.Fatalf("replay differs: %+v, %+v", summary, s)
			case (s.State == report.StateClaimed || s.State == report.StateResolved) != (s.Assignee != ""):
				t.Fatalf("an officer's case without an officer, or the reverse: %+v", s)
			case (s.State == report.StateReceived) != (s.Unit == ""):
				t.Fatalf("a unit before routing or none after it: %+v", s)
			case (s.State == report.StateResolved) != !s.ResolvedAt.IsZero():
				t.Fatalf("the resolving clock disagrees with the state: %+v", s)
			case s.Last != len(c.Actions):
				t.Fatalf("last is %d of %d", s.Last, len(c.Actions))
			}
		}
		again, err := report.Fold(c.Report, c.Actions)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("folding again gives another case: %v", err)
		}
	})
}

func TestAnInvalidReportIsNamedAsSuch(t *testing.T) {
	if err := sample().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*report.Report){
		"id":        func(r *report.Report) { r.ID = "short" },
		"category":  func(r *report.Report) { r.Category = "" },
		"narrative": func(r *report.Report) { r.Narrative = "ngắn" },
		"long":      func(r *report.Report) { r.Narrative = strings.Repeat("ạ", report.MaxNarrative+1) },
		"utf8":      func(r *report.Report) { r.Narrative = "mất xe \xff ở chợ" },
		"place":     func(r *report.Report) { r.Place = report.Place{} },
		"latitude":  func(r *report.Report) { r.Place.Point = &report.Point{Lat: 91} },
		"time":      func(r *report.Report) { r.ReceivedAt = time.Time{} },
		"language":  func(r *report.Report) { r.Language = "fr" },
	} {
		r := sample()
		spoil(&r)
		if err := r.Validate(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestEntryIDsSplitAgain(t *testing.T) {
	for _, e := range []report.Entry{
		{Report: &report.Report{ID: "000000000001"}},
		{Action: &report.Action{Report: "000000000001", N: 12}},
	} {
		id, n, err := report.SplitEntryID(e.ID())
		if err != nil || id != e.ReportID() || (e.Action != nil && n != 12) || (e.Report != nil && n != 0) {
			t.Errorf("%s: %s %d %v", e.ID(), id, n, err)
		}
	}
	for _, s := range []string{"", "x", "000000000001/", "000000000001/0", "000000000001/-1", "000000000001/x", "1/1"} {
		if _, _, err := report.SplitEntryID(s); !errors.Is(err, report.ErrMalformed) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
