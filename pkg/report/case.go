package report

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrOutOfOrder says that an action does not carry the next number.
var ErrOutOfOrder = errors.New("report: action is not the next one")

// Status is what a case's actions decide: where it stands and when it got
// there. It holds nothing that a resident wrote.
type Status struct {
	State      State
	Unit       string // present owner of the case; empty until routed
	Assignee   string // account of the officer who claimed it
	Last       int    // number of the last action, 0 for none
	Outcome    Outcome
	Unanswered bool // the resident wrote last
	Transfers  int
	Reopenings int

	UpdatedAt time.Time

	// The moments that end the clocks; zero while they run.
	RoutedAt       time.Time
	AcknowledgedAt time.Time // first action of a human
	RepliedAt      time.Time // first words to the resident, a reply or a result
	ResolvedAt     time.Time // cleared when the case is opened again
}

// Begin is the status of a report nothing has happened to yet.
func Begin(receivedAt time.Time) Status {
	return Status{State: StateReceived, UpdatedAt: receivedAt}
}

// Next returns the status after a, which must carry the number Last+1
// (ErrOutOfOrder) and be allowed (ErrNotAllowed, ErrNotYours, ErrIncomplete).
func (s Status) Next(a Action) (Status, error) {
	if a.N != s.Last+1 {
		return s, fmt.Errorf("%w: %s after %d", ErrOutOfOrder, ActionEntryID(a.Report, a.N), s.Last)
	}
	row, err := find(s.State, a.Type, a.Actor.Kind)
	if err != nil {
		return s, err
	}
	if err := row.check(s, a); err != nil {
		return s, err
	}
	return s.after(row, a), nil
}

// Replay returns the status after an action that is known to be in the
// journal, from its bare facts: unlike Next it needs no text. The number must
// be the next one (ErrOutOfOrder) and the transition must exist.
func (s Status) Replay(a Action) (Status, error) {
	if a.N != s.Last+1 {
		return s, fmt.Errorf("%w: %s after %d", ErrOutOfOrder, ActionEntryID(a.Report, a.N), s.Last)
	}
	if a.Damaged {
		return s, fmt.Errorf("%w: %s", ErrDamaged, ActionEntryID(a.Report, a.N))
	}
	row, err := find(s.State, a.Type, a.Actor.Kind)
	if err != nil {
		return s, err
	}
	return s.after(row, a), nil
}

func (s Status) after(row transition, a Action) Status {
	s.Last, s.UpdatedAt = a.N, a.At
	if row.to != same {
		s.State = row.to
	}
	if a.Actor.Kind == Staff && s.AcknowledgedAt.IsZero() {
		s.AcknowledgedAt = a.At
	}
	if s.State == StateRouted {
		s.Assignee = ""
	}
	switch a.Type {
	case Routed:
		s.Unit, s.RoutedAt = a.Unit, a.At
	case Transferred:
		s.Unit = a.Unit
		s.Transfers++
	case Claimed:
		s.Assignee = a.Actor.User
	case Resolved:
		s.Outcome, s.ResolvedAt, s.Unanswered = a.Outcome, a.At, false
	case Replied:
		s.Unanswered = false
	case Answered:
		s.Unanswered = true
	}
	if (a.Type == Replied || a.Type == Resolved) && s.RepliedAt.IsZero() {
		s.RepliedAt = a.At
	}
	if s.State.Open() && !s.ResolvedAt.IsZero() {
		s.ResolvedAt, s.Outcome = time.Time{}, ""
		s.Reopenings++
	}
	return s
}

// Case is a report folded with its actions: its present state.
type Case struct {
	Report  Report
	Actions []Action
	Status
	Damage Damage
}

// Fold makes the case of a report and all its actions in order.
func Fold(r Report, actions []Action) (Case, error) {
	c := Case{Report: r, Status: Begin(r.ReceivedAt), Damage: Damage{Report: r.Damaged}}
	for _, a := range actions {
		if err := c.Apply(a); err != nil {
			return Case{}, err
		}
	}
	return c, nil
}

// Apply adds the next action. On an error the case stays as it was. After a
// damaged action nothing can be added (ErrDamaged).
func (c *Case) Apply(a Action) error {
	if a.Report != c.Report.ID {
		return fmt.Errorf("%w: %s belongs to another report", ErrOutOfOrder, ActionEntryID(a.Report, a.N))
	}
	if c.Damage.Action > 0 {
		return fmt.Errorf("%w: %s", ErrDamaged, ActionEntryID(c.Report.ID, c.Damage.Action))
	}
	s, err := c.Next(a)
	if err != nil {
		return fmt.Errorf("fold %s: %w", ActionEntryID(a.Report, a.N), err)
	}
	c.Status, c.Actions = s, append(c.Actions, a)
	return nil
}

// Allowed lists what the account may do to the case now, in the table's order.
func (s Status) Allowed(user string) []Type {
	var out []Type
	for _, row := range transitions {
		if row.by == Staff && slices.Contains(row.from, s.State) && (!row.owner || user == s.Assignee) {
			out = append(out, row.typ)
		}
	}
	return out
}
