// Package history is the record of a run: what clients asked and what they
// were told, and what the harness did to the programs meanwhile. It knows
// nothing of what is right; package check decides that afterwards.
package history

import (
	"encoding/json"
	"time"
)

// Op is one line of a history: one request with its answer, or one thing that
// the harness did. Exactly one of the pointers is set.
type Op struct {
	Start  time.Duration `json:"start"`            // since the history began, by a clock that never jumps
	End    time.Duration `json:"end"`              // as above; when the answer was read or given up
	Client string        `json:"client,omitempty"` // who asked
	Target string        `json:"target,omitempty"` // base URL asked, or the process or connection meant

	Submit *Submit `json:"submit,omitempty"`
	Write  *Write  `json:"write,omitempty"`
	Track  *Track  `json:"track,omitempty"`
	Act    *Act    `json:"act,omitempty"`
	Read   *Read   `json:"read,omitempty"`
	Fault  *Fault  `json:"fault,omitempty"`
	Event  *Event  `json:"event,omitempty"`
}

// Reply is how a request ended. Status 0 says that there was no answer: what
// was asked may have happened, or may yet happen.
type Reply struct {
	Status     int    `json:"status"`
	Lost       string `json:"lost,omitempty"`        // Status 0: why there is no answer
	Code       string `json:"code,omitempty"`        // of the problem
	RetryAfter string `json:"retry_after,omitempty"` // the header as it was sent
}

// Unknown says that nobody told the client whether it happened.
func (r Reply) Unknown() bool { return r.Status == 0 || r.Status >= 500 }

// Submit is one attempt at sending a report.
type Submit struct {
	Key     string          `json:"key"`               // the submission's
	Variant int             `json:"variant,omitempty"` // 0: the body that belongs to the key; others are altered ones
	Body    json.RawMessage `json:"body"`              // as it was sent
	Reply
	Accepted *Accepted `json:"accepted,omitempty"` // of a 201
}

// Accepted is the answer to an accepted report.
type Accepted struct {
	CaseNumber string    `json:"case_number"`
	Receipt    string    `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	Unit       string    `json:"unit"` // code of the unit that is expected to get it
}

// Write is one attempt of a resident at writing to the police. Its text is
// different from that of every other request of the history.
type Write struct {
	Request    string `json:"request"` // shared by the attempts at the same thing
	CaseNumber string `json:"case_number"`
	Text       string `json:"text"`
	Reply
}

// Track is a look at a case with its receipt.
type Track struct {
	CaseNumber string `json:"case_number"`
	Receipt    string `json:"receipt"`
	Final      bool   `json:"final,omitempty"` // nobody was acting any more: it must show the last state
	Reply
	Shown *Shown `json:"shown,omitempty"` // of a 200
}

// Shown is the part of a tracked case that is compared with the journal.
type Shown struct {
	Status   string   `json:"status"`
	Unit     string   `json:"unit,omitempty"` // code
	Outcome  string   `json:"outcome,omitempty"`
	Messages []string `json:"messages,omitempty"` // the texts of both sides in order
}

// Act is one attempt of an officer at an action.
type Act struct {
	Request    string `json:"request"` // shared by the attempts at the same thing
	CaseNumber string `json:"case_number"`
	User       string `json:"user"`
	Type       string `json:"type"`           // as the journal names it: claimed, replied …
	Expect     int    `json:"expect"`         // number of the last action seen
	Text       string `json:"text,omitempty"` // different from that of every other request
	Unit       string `json:"unit,omitempty"`
	Outcome    string `json:"outcome,omitempty"`
	Reply
}

// Read is any other request, such as logging in or reading a queue.
type Read struct {
	What string `json:"what"` // method and path
	Reply
}

// Fault is something that the harness did to the programs or to what lies
// between them. The Op's Start and End say how long it lasted; they are the
// same for what takes no time, such as a kill.
type Fault struct {
	Kind  string `json:"kind"`            // kill, pause, cut, delay, wipe, fill …
	Note  string `json:"note,omitempty"`  // such as the failpoint
	Slows bool   `json:"slows,omitempty"` // while it lasts answers may take longer than promised
}

// Event is something that happened to a process without anybody's doing it to
// it, such as that it is ready again.
type Event struct {
	Kind string `json:"kind"`
	Note string `json:"note,omitempty"`
}

// Reply returns how the operation's request ended; ok is false for what is no
// request.
func (o Op) Reply() (r Reply, ok bool) {
	switch {
	case o.Submit != nil:
		return o.Submit.Reply, true
	case o.Write != nil:
		return o.Write.Reply, true
	case o.Track != nil:
		return o.Track.Reply, true
	case o.Act != nil:
		return o.Act.Reply, true
	case o.Read != nil:
		return o.Read.Reply, true
	}
	return Reply{}, false
}
