package report

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// State is where a case stands.
type State string

// The states.
const (
	StateReceived State = "received" // accepted, not yet with a unit
	StateRouted   State = "routed"   // in a unit's queue, nobody's yet
	StateClaimed  State = "claimed"  // an officer works on it
	StateResolved State = "resolved"
)

// Open says that somebody still has to act.
func (s State) Open() bool { return s != StateResolved }

// Errors of a transition. ErrNotAllowed: the case's state does not allow the
// action. ErrNotYours: it is allowed, but to somebody else. ErrIncomplete:
// the action lacks a text, a unit or an outcome.
var (
	ErrNotAllowed = errors.New("report: action not allowed in this state")
	ErrNotYours   = errors.New("report: case is claimed by somebody else")
	ErrIncomplete = errors.New("report: action is incomplete")
)

// same marks a transition that leaves the state as it is.
const same State = ""

// transition is one row of the table: who may do it, in which states, where
// it leads and what the action must carry.
type transition struct {
	typ     Type
	by      ActorKind
	from    []State
	to      State
	owner   bool // only the officer who claimed the case
	text    bool // a text is required
	unit    bool // a unit other than the present one is required
	outcome bool // an outcome is required
}

// transitions is the whole life of a case. A resident's message on a resolved
// case puts it back into its unit's queue: otherwise nobody would read it.
var transitions = []transition{
	{typ: Routed, by: System, from: []State{StateReceived}, to: StateRouted, unit: true},
	{typ: Claimed, by: Staff, from: []State{StateRouted}, to: StateClaimed},
	{typ: Released, by: Staff, from: []State{StateClaimed}, to: StateRouted},
	{typ: Replied, by: Staff, from: []State{StateClaimed}, to: same, owner: true, text: true},
	{typ: Noted, by: Staff, from: []State{StateRouted, StateClaimed, StateResolved}, to: same, text: true},
	{typ: Transferred, by: Staff, from: []State{StateRouted, StateClaimed}, to: StateRouted, unit: true, text: true},
	{typ: Resolved, by: Staff, from: []State{StateClaimed}, to: StateResolved, owner: true, text: true, outcome: true},
	{typ: Reopened, by: Staff, from: []State{StateResolved}, to: StateRouted, text: true},
	{typ: Answered, by: Resident, from: []State{StateReceived, StateRouted, StateClaimed}, to: same, text: true},
	{typ: Answered, by: Resident, from: []State{StateResolved}, to: StateRouted, text: true},
}

// find returns the row for an action in a state.
func find(s State, t Type, by ActorKind) (transition, error) {
	for _, row := range transitions {
		if row.typ == t && row.by == by && slices.Contains(row.from, s) {
			return row, nil
		}
	}
	return transition{}, fmt.Errorf("%w: %s by %s when %s", ErrNotAllowed, t, by, s)
}

// check says whether the action may follow the status.
func (row transition) check(s Status, a Action) error {
	switch {
	case row.owner && a.Actor.User != s.Assignee:
		return ErrNotYours
	case row.text && a.Text == "":
		return fmt.Errorf("%w: %s needs a text", ErrIncomplete, a.Type)
	case utf8.RuneCountInString(a.Text) > MaxMessage:
		return fmt.Errorf("%w: text is longer than %d characters", ErrIncomplete, MaxMessage)
	case row.unit && (a.Unit == "" || a.Unit == s.Unit):
		return fmt.Errorf("%w: %s needs another unit", ErrIncomplete, a.Type)
	case row.outcome && !slices.Contains(Outcomes[:], a.Outcome):
		return fmt.Errorf("%w: unknown outcome %q", ErrIncomplete, a.Outcome)
	}
	return nil
}
