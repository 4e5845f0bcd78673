package scenario

import (
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

func TestAWindowHoldsWhatHappenedWithinIt(t *testing.T) {
	submit := func(start, end time.Duration, status int, lost string) history.Op {
		return history.Op{Start: start, End: end, Submit: &history.Submit{Reply: history.Reply{Status: status, Lost: lost}}}
	}
	h := history.History{Ops: []history.Op{
		submit(1, 4, 201, ""),  // begun before
		submit(5, 6, 503, ""),  // within
		submit(6, 8, 0, "cut"), // within
		submit(9, 12, 201, ""), // ends after
		{Start: 7, End: 8, Read: &history.Read{Reply: history.Reply{Status: 500}}},
		{Start: 7, End: 8, Fault: &history.Fault{Kind: "kill"}},
		submit(13, 14, 201, ""),
	}}
	w := window{from: 5, to: 10}
	if got := answers(w.submitted(h)); len(got) != 2 || got["503"] != 1 || got["cut"] != 1 {
		t.Errorf("submitted within: %v", got)
	}
	if got := w.failed(h); len(got) != 3 {
		t.Errorf("failed: %q", got)
	}
	if first, ok := accepted(h, 9); !ok || first != 12 {
		t.Errorf("first accepted at %d, %v", first, ok)
	}
	if _, ok := accepted(h, 14); ok {
		t.Error("accepted after the end")
	}
	if d := slowest(h.Ops[:1]); d != 3 {
		t.Errorf("slowest took %d", d)
	}
}

func TestRankIsTheValueOfARealCase(t *testing.T) {
	all := []time.Duration{5, 1, 4, 2, 3}
	for percent, want := range map[int]time.Duration{1: 1, 50: 3, 80: 4, 99: 5, 100: 5} {
		if got := rank(all, percent); got != want {
			t.Errorf("p%d is %d, not %d", percent, got, want)
		}
	}
}
