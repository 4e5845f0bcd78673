package latency

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/deploy/load/quantile"
)

// Result is what was measured.
type Result struct {
	Rate      float64          `json:"rate"` // reports/s
	Sent      int              `json:"sent"`
	Accepted  int              `json:"accepted"`
	Elsewhere int              `json:"elsewhere"` // accepted, but for another unit: not measured
	Event     quantile.Summary `json:"event"`     // 201 read to event read; 0 if the event came first
	Queue     quantile.Summary `json:"queue"`     // 201 read to the queue's page that has it, of a sample
	Unseen    int              `json:"unseen"`
	Failures  []string         `json:"failures"` // the first few
}

// shownFailures is how many failures are listed; the rest is only counted.
const shownFailures = 5

func summarise(c Config, sightings []sighting) Result {
	r := Result{Rate: c.Rate, Sent: len(sightings), Failures: []string{}}
	var events, queues []time.Duration
	for _, s := range sightings {
		if s.err != nil && len(r.Failures) < shownFailures {
			r.Failures = append(r.Failures, s.err.Error())
		}
		if s.accepted.IsZero() {
			continue
		}
		r.Accepted++
		if s.elsewhere {
			r.Elsewhere++
			continue
		}
		if s.err != nil {
			r.Unseen++
		}
		if !s.event.IsZero() {
			events = append(events, max(0, s.event.Sub(s.accepted)))
		}
		if s.queue > 0 {
			queues = append(queues, s.queue)
		}
	}
	r.Event, r.Queue = quantile.Of(events), quantile.Of(queues)
	return r
}

// Complete returns an error if a report was not accepted or not seen.
func (r Result) Complete() error {
	if r.Accepted == r.Sent && r.Unseen == 0 {
		return nil
	}
	return fmt.Errorf("of %d reports %d were not accepted and %d accepted ones were not seen at the desk", r.Sent, r.Sent-r.Accepted, r.Unseen)
}

// Print writes the result as a table for people.
func (r Result) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "reports\t%d sent at %g/s, %d accepted, %d of them for another unit, %d not seen\n\n", r.Sent, r.Rate, r.Accepted, r.Elsewhere, r.Unseen)
	fmt.Fprintf(t, "from the 201 to\tn\tp50\tp90\tp99\tmax\n")
	for _, line := range []struct {
		name string
		s    quantile.Summary
	}{{"the desk's event", r.Event}, {"the queue's page", r.Queue}} {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\n", line.name, line.s.N, line.s.P50, line.s.P90, line.s.P99, line.s.Max)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(t, "FAILED\t%s\n", f)
	}
	return t.Flush()
}
