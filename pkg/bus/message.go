package bus

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// message is an announcement on the wire: what a queue shows and a router
// sorts by. It holds nothing that anybody wrote and no name.
type message struct {
	Report report.ID   `json:"report"`
	Hash   report.Hash `json:"hash,omitzero"` // of the whole entry, where its content was at hand

	Accepted *accepted `json:"accepted,omitempty"` // exactly one of the two is set
	Action   *action   `json:"action,omitempty"`
}

type accepted struct {
	Category   string    `json:"category"`
	Urgent     bool      `json:"urgent,omitempty"`
	Ongoing    bool      `json:"ongoing,omitempty"`
	District   string    `json:"district,omitempty"`
	Commune    string    `json:"commune,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
	Damaged    bool      `json:"damaged,omitempty"` // it cannot be read; this was salvaged
}

type action struct {
	N         int              `json:"n"`
	Type      report.Type      `json:"type"`
	At        time.Time        `json:"at"`
	ActorKind report.ActorKind `json:"actor_kind"`
	User      string           `json:"user,omitempty"` // account of the officer
	Unit      string           `json:"unit,omitempty"`
	Outcome   report.Outcome   `json:"outcome,omitempty"`
}

func subject(e report.Entry) string {
	if e.Report != nil {
		return reportsSubject
	}
	return actionsSubject + string(e.Action.Type)
}

func encode(e report.Entry) ([]byte, error) {
	m := message{Report: e.ReportID(), Hash: e.Announced}
	if r := e.Report; r != nil {
		m.Accepted = &accepted{
			Category: r.Category, Urgent: r.Urgent, Ongoing: r.Ongoing,
			District: r.Place.District, Commune: r.Place.Commune, ReceivedAt: r.ReceivedAt,
			Damaged: r.Damaged,
		}
	} else {
		a := e.Action
		m.Action = &action{
			N: a.N, Type: a.Type, At: a.At, ActorKind: a.Actor.Kind, User: a.Actor.User,
			Unit: a.Unit, Outcome: a.Outcome,
		}
	}
	return json.Marshal(m)
}

func decode(data []byte) (report.Entry, error) {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		return report.Entry{}, fmt.Errorf("bus: message: %w", err)
	}
	if id, err := report.ParseID(string(m.Report)); err != nil || id != m.Report {
		return report.Entry{}, fmt.Errorf("bus: message names report %q: %w", m.Report, report.ErrMalformed)
	}
	switch {
	case m.Accepted != nil && m.Action == nil:
		a := m.Accepted
		return report.Entry{Announced: m.Hash, Report: &report.Report{
			ID: m.Report, Category: a.Category, Urgent: a.Urgent, Ongoing: a.Ongoing,
			Place:      report.Place{District: a.District, Commune: a.Commune},
			ReceivedAt: report.Instant(a.ReceivedAt), Damaged: a.Damaged,
		}}, nil
	case m.Action != nil && m.Accepted == nil && m.Action.N > 0:
		a := m.Action
		return report.Entry{Announced: m.Hash, Action: &report.Action{
			Report: m.Report, N: a.N, Type: a.Type, At: report.Instant(a.At),
			Actor: report.Actor{Kind: a.ActorKind, User: a.User},
			Unit:  a.Unit, Outcome: a.Outcome,
		}}, nil
	}
	return report.Entry{}, fmt.Errorf("bus: message about %s announces neither or both: %w", m.Report, report.ErrMalformed)
}
