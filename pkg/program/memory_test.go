package program

import "testing"

func TestGarbageIsBoundedByWhatIsInUse(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 400}, {8 << 20, 400}, {64 << 20, 400}, {128 << 20, 200}, {256 << 20, 100}, {4 << 30, 100}} {
		if got := gcPercent(c.live); got != c.want {
			t.Errorf("%d MiB in use: %d %%, want %d", c.live>>20, got, c.want)
		}
	}
	if liveHeap() > 1<<30 {
		t.Errorf("the live heap is said to be %d", liveHeap())
	}
}
