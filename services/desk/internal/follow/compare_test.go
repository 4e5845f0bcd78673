package follow

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newTally() *tally { return &tally{patience: 15 * time.Second, sure: noon} }

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func TestADifferenceMustLast(t *testing.T) {
	y := newTally()
	for _, s := range []struct {
		second      int
		most, least int64
		want        bool
	}{
		{0, 0, 0, false},
		{5, 2, 1, false},
		{10, 2, 1, false},
		{15, 0, 0, false}, // what was on its way has come
		{20, 3, 3, false},
		{25, 30, -5, false}, // entries come in: nothing can be told
		{30, 4, 3, false},
		{35, 3, 3, true},
	} {
		if got := y.note(at(s.second), s.most, s.least); got != s.want {
			t.Errorf("at %d s: %v", s.second, got)
		}
	}
}

func TestAJournalThatShrinksIsNoticed(t *testing.T) {
	y := newTally()
	if y.note(at(0), -3, -3) || !y.note(at(15), -3, -4) {
		t.Error("not noticed")
	}
	if y.scanned(at(16), true); y.excess != 0 {
		t.Errorf("what was mended is taken for explained: %d", y.excess)
	}
}

func TestADifferenceThatAScanExplainsIsNoReasonForAnother(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		y := newTally()
		wrong := rapid.Int64Range(-5, 5).Draw(rt, "counted wrong by")
		scans := 0
		for second := range 200 {
			if y.note(at(second*5), wrong, wrong) {
				scans++
				y.scanned(at(second*5), false)
			}
		}
		if scans > 1 || (wrong != 0) != (scans == 1) {
			rt.Fatalf("%d scans", scans)
		}
	})
}

func TestUnderALoadThatHidesTheDifferenceTheJournalIsReadNowAndThen(t *testing.T) {
	y := newTally()
	scans := 0
	for second := range 3600 / 5 {
		if y.note(at(second*5), 40, -40) {
			scans++
			y.scanned(at(second*5), true)
		}
	}
	if scans < 3 || scans > 6 {
		t.Errorf("%d scans in an hour", scans)
	}
}
