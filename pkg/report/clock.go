package report

import "time"

// Clock names a measured interval of a case. All start when the report is
// received; a transfer does not stop them.
type Clock string

// The clocks.
const (
	ToRoute       Clock = "route"       // until a unit has it
	ToAcknowledge Clock = "acknowledge" // until the first action of a human
	ToReply       Clock = "reply"       // until the first words to the resident
	ToResolve     Clock = "resolve"     // until it is resolved and stays so
)

// Clocks lists the clocks that are reported, in the order of a case's life.
var Clocks = [...]Clock{ToRoute, ToAcknowledge, ToReply, ToResolve}

// Elapsed returns how long the clock of a report received at receivedAt took,
// and whether it has stopped. A running clock is measured up to now.
func (s Status) Elapsed(c Clock, receivedAt, now time.Time) (d time.Duration, stopped bool) {
	var end time.Time
	switch c {
	case ToRoute:
		end = s.RoutedAt
	case ToAcknowledge:
		end = s.AcknowledgedAt
	case ToReply:
		end = s.RepliedAt
	case ToResolve:
		end = s.ResolvedAt
	}
	if end.IsZero() {
		return max(0, now.Sub(receivedAt)), false
	}
	return max(0, end.Sub(receivedAt)), true
}
