package journal_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// fill stores a report with two actions.
func fill(t *testing.T, j *journal.Journal, n int) report.Report {
	t.Helper()
	r := sample(t, n)
	a := routed(r, 1)
	b := report.Action{Report: r.ID, N: 2, Type: report.Claimed, At: a.At, Actor: report.Actor{Kind: report.Staff, User: "lan"}}
	for _, e := range []report.Entry{{Report: &r}, {Action: &a}, {Action: &b}} {
		if err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestADamagedEntryIsRefusedNamedAndHidesNoOther(t *testing.T) {
	e := embeddedtest.Start(t)
	j, _ := open(t, journal.Config{URI: e.MongoDB})
	var ids []report.ID
	for n := range 8 {
		ids = append(ids, fill(t, j, n).ID)
	}
	action := func(n, number int) string { return report.ActionEntryID(ids[n], number) }
	e.Change(t, "reports", string(ids[1]), map[string]any{"schema": int32(9)})
	e.Change(t, "reports", string(ids[2]), map[string]any{"place": "chợ", "received_at": "hôm qua", "category": int32(3)})
	e.Remove(t, "reports", string(ids[3]))
	e.Change(t, "actions", action(4, 1), map[string]any{"at": "sáng nay"})
	e.Change(t, "actions", action(5, 2), map[string]any{"report": string(ids[0])})
	e.Change(t, "actions", action(6, 2), map[string]any{"type": "blessed"})
	for n, want := range []struct {
		damage   report.Damage
		last     int
		category string
	}{
		{report.Damage{}, 2, "theft"},
		{report.Damage{Report: true}, 2, "theft"},
		{report.Damage{Report: true}, 2, ""},
		{report.Damage{Report: true}, 2, ""},
		{report.Damage{Action: 1}, 0, "theft"},
		{report.Damage{Action: 2}, 1, "theft"},
		{report.Damage{Action: 2}, 1, "theft"},
		{report.Damage{}, 2, "theft"},
	} {
		c, err := j.Salvage(t.Context(), ids[n])
		if err != nil || c.Damage != want.damage || c.Last != want.last || c.Report.Category != want.category || c.Report.ID != ids[n] || c.Report.ReceivedAt.IsZero() {
			t.Errorf("case %d: %v, %+v", n, err, c)
		}
		_, err = j.Case(t.Context(), ids[n])
		if damaged := want.damage.Any(); errors.Is(err, journal.ErrDamaged) != damaged || !damaged && err != nil {
			t.Errorf("case %d: %v", n, err)
		} else if damaged && !strings.Contains(err.Error(), want.damage.Entries(ids[n])[0]) {
			t.Errorf("case %d: %v does not say which entry", n, err)
		}
	}
	if _, err := j.Salvage(t.Context(), "ZZZZZZZZZZZZ"); !errors.Is(err, journal.ErrNotFound) {
		t.Errorf("a case out of nothing: %v", err)
	}

	var visited []string
	s, err := j.Scan(t.Context(), func(e report.Entry) error {
		if e.Report != nil && e.Report.Damaged || e.Action != nil && e.Action.Damaged {
			visited = append(visited, e.ID())
		}
		return nil
	})
	want := []string{string(ids[1]), string(ids[2]), action(4, 1), action(5, 2)}
	for _, list := range [][]string{want, visited, s.Damaged} {
		slices.Sort(list)
	}
	if err != nil || !slices.Equal(visited, want) || !slices.Equal(s.Damaged, want) || s.Reports != 5 || s.Actions != 14 {
		t.Errorf("scan: %v, %+v\nvisited %v\nwant    %v", err, s, visited, want)
	}
}

func TestHistoryBeginsWhereItIsAskedTo(t *testing.T) {
	j, _ := open(t, journal.Config{})
	r := fill(t, j, 1)
	for from, want := range map[int]string{0: "r 1 2", 1: "1 2", 2: "2", 3: ""} {
		entries, err := j.History(t.Context(), r.ID, from)
		var got []string
		for _, e := range entries {
			if e.Report != nil {
				got = append(got, "r")
			} else {
				got = append(got, string(rune('0'+e.Action.N)))
			}
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("from %d: %v, %v", from, got, err)
		}
	}
}

func TestEntriesAreCountedDamagedOnesToo(t *testing.T) {
	e := embeddedtest.Start(t)
	j, _ := open(t, journal.Config{URI: e.MongoDB})
	if n, err := j.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("an empty journal has %d, %v", n, err)
	}
	r := fill(t, j, 1)
	fill(t, j, 2)
	e.Change(t, "reports", string(r.ID), map[string]any{"schema": int32(9)})
	if n, err := j.Count(t.Context()); err != nil || n != 6 {
		t.Errorf("counted %d, %v", n, err)
	}
}

func TestADatabaseKeepsTheNameItWasGivenFirst(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, _ := open(t, journal.Config{URI: uri})
	other, _ := open(t, journal.Config{URI: uri})
	for _, ask := range []struct {
		j     *journal.Journal
		fresh string
	}{{j, "a"}, {other, "b"}, {j, "c"}} {
		if name, err := ask.j.Installation(t.Context(), ask.fresh); err != nil || name != "a" {
			t.Errorf("it is %q, %v", name, err)
		}
	}
	away, _ := open(t, journal.Config{URI: "mongodb://127.0.0.1:1/", SweepEvery: time.Hour})
	if _, err := away.Installation(t.Context(), "d"); !errors.Is(err, journal.ErrUnavailable) {
		t.Errorf("unreachable: %v", err)
	}
}
