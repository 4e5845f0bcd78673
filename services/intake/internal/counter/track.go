package counter

import (
	"context"
	"time"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

// View is what a resident sees of a case: no names of officers, no internal
// notes, no reasons of transfers, no evidence. Of a damaged case it has what
// can be read: up to the damaged action, and of a damaged report what was
// salvaged.
type View struct {
	CaseNumber string
	Category   string // empty: not salvaged
	Status     report.State
	Unit       *jurisdiction.Unit // nil until routed
	ReceivedAt time.Time          // zero: not salvaged, and nothing has happened yet
	UpdatedAt  time.Time          // of the last event
	Outcome    report.Outcome
	Timeline   []Event
	Messages   []Message
	Damage     report.Damage
}

// EventType names an event as residents know it.
type EventType string

// The types of events.
const (
	Received     EventType = "received"
	Routed       EventType = "routed"
	Acknowledged EventType = "acknowledged" // an officer took the case for the first time
	Replied      EventType = "replied"
	Answered     EventType = "answered"
	Transferred  EventType = "transferred"
	Resolved     EventType = "resolved"
	Reopened     EventType = "reopened"
)

// Event is one point of a case's timeline.
type Event struct {
	At      time.Time
	Type    EventType
	Unit    *jurisdiction.Unit // routed, transferred: where to
	Outcome report.Outcome     // resolved
}

// Message is one that the resident and the police exchanged.
type Message struct {
	At         time.Time
	FromPolice bool
	Text       string
}

// Track shows the case that a receipt belongs to, as far as it can be read. It
// returns ErrUnknownReceipt or ErrTryAgain otherwise.
func (c *Counter) Track(ctx context.Context, receipt report.Receipt) (View, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := c.open(ctx, receipt)
	if err != nil {
		return View{}, err
	}
	return c.view(found), nil
}

func (c *Counter) view(found report.Case) View {
	v := View{
		CaseNumber: found.Report.ID.CaseNumber(c.Jurisdiction.Prefix()),
		Category:   found.Report.Category, Status: found.State, Outcome: found.Outcome,
		ReceivedAt: found.Report.ReceivedAt,
		Timeline:   []Event{{At: found.Report.ReceivedAt, Type: Received}},
		Messages:   []Message{}, Damage: found.Damage,
	}
	if found.Unit != "" {
		v.Unit = new(c.unit(found.Unit))
	}
	status := report.Begin(found.Report.ReceivedAt)
	claims := 0
	for _, a := range found.Actions {
		next, err := status.Replay(a)
		if err != nil { // the fold has gone the same way before
			break
		}
		v.Timeline = append(v.Timeline, c.events(a, status, next, claims)...)
		switch a.Type {
		case report.Claimed:
			claims++
		case report.Replied, report.Resolved:
			v.Messages = append(v.Messages, Message{At: a.At, FromPolice: true, Text: a.Text})
		case report.Answered:
			v.Messages = append(v.Messages, Message{At: a.At, Text: a.Text})
		}
		status = next
	}
	v.UpdatedAt = v.Timeline[len(v.Timeline)-1].At
	return v
}

// events are what a resident sees of an action between two statuses.
func (c *Counter) events(a report.Action, before, after report.Status, claims int) []Event {
	var out []Event
	switch e := (Event{At: a.At, Type: EventType(a.Type)}); a.Type {
	case report.Routed, report.Transferred:
		e.Unit = new(c.unit(a.Unit))
		out = append(out, e)
	case report.Resolved:
		e.Outcome = a.Outcome
		out = append(out, e)
	case report.Replied, report.Answered:
		out = append(out, e)
	case report.Claimed:
		if claims == 0 {
			e.Type = Acknowledged
			out = append(out, e)
		}
	}
	if after.Reopenings > before.Reopenings { // by the police, or by the resident's answer
		out = append(out, Event{At: a.At, Type: Reopened})
	}
	return out
}
