package report

import "time"

// Type names what happened to a report.
type Type string

// The types of actions.
const (
	Routed      Type = "routed"      // triage chose the unit
	Claimed     Type = "claimed"     // an officer took the case
	Released    Type = "released"    // the case went back to the unit's queue
	Replied     Type = "replied"     // the police wrote to the resident
	Answered    Type = "answered"    // the resident wrote to the police
	Noted       Type = "noted"       // an internal note, never shown to the resident
	Transferred Type = "transferred" // another unit took over
	Resolved    Type = "resolved"    // closed with an outcome
	Reopened    Type = "reopened"    // opened again by the police
)

// Outcome is how a case ended.
type Outcome string

// The outcomes.
const (
	Handled      Outcome = "handled"      // dealt with
	Unfounded    Outcome = "unfounded"    // checked, nothing unlawful found
	Insufficient Outcome = "insufficient" // not enough to go on
	Duplicate    Outcome = "duplicate"    // dealt with under another report
	Referred     Outcome = "referred"     // passed to another authority
)

// Outcomes lists all outcomes in the order in which they are offered.
var Outcomes = [...]Outcome{Handled, Unfounded, Insufficient, Duplicate, Referred}

// ActorKind says on whose behalf somebody acts.
type ActorKind string

// The kinds of actors.
const (
	Resident ActorKind = "resident"
	Staff    ActorKind = "staff" // an officer or a supervisor
	System   ActorKind = "system"
)

// Actor is who did something. User, Name and Unit are set for staff only.
type Actor struct {
	Kind ActorKind
	User string // account name
	Name string // as shown to colleagues
	Unit string // the unit that the account belongs to
}

// Action is one thing that happened to a report. Actions of a report are
// numbered 1, 2, 3 … without gaps, and are never changed.
type Action struct {
	Report ID
	N      int
	Type   Type
	At     time.Time
	Actor  Actor

	Unit     string    // routed, transferred: where to
	Text     string    // message, note or reason; for resolved: words to the resident
	Outcome  Outcome   // resolved
	Evidence *Evidence // routed
	Salt     []byte    // random, given by the journal: without it the entry's hash confirms no guess at the text
	Key      string    // answered: digest of the client's key, so that a repeat is known

	Prev Hash // of the entry before it; zero where its writer could not read that one

	// Damaged: it is in the journal and cannot be read. Only Report and N are set.
	Damaged bool
}

// Evidence records why a report went where it went.
type Evidence struct {
	Rule         string   // which rule decided: commune, district, duty_desk …
	Method       string   // how the place was understood: chosen, none …
	Commune      string   // official code, if known
	Confidence   float64  // 0 to 1
	RunnerUp     string   // the next best unit, if any
	Reasons      []string // codes, most important first
	Jurisdiction string   // name and version of the data set
}
