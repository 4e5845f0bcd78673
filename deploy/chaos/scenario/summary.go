package scenario

import (
	"fmt"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
)

// summarise notes the figures that every scenario has.
func (t *Trial) summarise(f check.Figures, kills int) {
	t.Measure("reports", "%d accepted, %d in the journal, %d orphans, %d given up", f.Accepted, f.Stored, f.Orphans, f.GivenUp)
	t.Measure("requests", "%d, %d retries", f.Requests, f.Retries)
	if f.Acknowledged > 0 {
		t.Measure("actions", "%d in the journal, %d acknowledged", f.Actions, f.Acknowledged)
	}
	if kills > 0 {
		t.Measure("kills", "%d", kills)
	}
	t.Measure("to 201", "%s", spread(f.ToAccept))
	t.Measure("to routed", "%s", spread(f.ToRoute))
	if len(f.Faults) > 0 {
		t.Measure("last routed after the last fault", "%s", short(f.LastRouted))
	}
}

func spread(s check.Spread) string {
	return fmt.Sprintf("p50 %s, p99 %s, most %s", short(s.P50), short(s.P99), short(s.Max))
}

// short rounds a duration to what one wants to read.
func short(d time.Duration) string {
	switch {
	case d > 10*time.Second || d < -10*time.Second:
		return d.Round(time.Second).String()
	case d > time.Second || d < -time.Second:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}
