package board

import (
	"strings"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// Row is a case as a queue shows it.
type Row struct {
	ID         report.ID
	Category   string
	Urgent     bool
	Ongoing    bool
	District   string    // may be empty
	Commune    string    // may be empty
	ReceivedAt time.Time // zero where it could not be salvaged and nothing has happened yet
	report.Status
	Damage report.Damage
}

// RowOf is the row of a case that was read from the journal.
func RowOf(c report.Case) Row {
	row := rowOf(c.Report)
	row.Status, row.Damage = c.Status, c.Damage
	return row
}

func rowOf(r report.Report) Row {
	return Row{
		ID: r.ID, Category: r.Category, Urgent: r.Urgent, Ongoing: r.Ongoing,
		District: r.Place.District, Commune: r.Place.Commune,
		ReceivedAt: r.ReceivedAt, Status: report.Begin(r.ReceivedAt), Damage: report.Damage{Report: r.Damaged},
	}
}

// Summary is the report of the row as it is announced: without anything that
// the resident wrote.
func (r Row) Summary() report.Report {
	return report.Report{
		ID: r.ID, Category: r.Category, Urgent: r.Urgent, Ongoing: r.Ongoing,
		Place:      report.Place{District: r.District, Commune: r.Commune},
		ReceivedAt: r.ReceivedAt, Damaged: r.Damage.Report,
	}
}

// names holds each code once, however many cases carry it.
type names map[string]string

func (n names) one(s string) string {
	if known, ok := n[s]; ok {
		return known
	}
	s = strings.Clone(s) // not a piece of a longer text that would be kept alive
	n[s] = s
	return s
}

func (n names) row(r Row) Row {
	r.ID = report.ID(strings.Clone(string(r.ID)))
	r.Category, r.District, r.Commune = n.one(r.Category), n.one(r.District), n.one(r.Commune)
	r.Status = n.status(r.Status)
	return r
}

func (n names) status(s report.Status) report.Status {
	s.State, s.Outcome = report.State(n.one(string(s.State))), report.Outcome(n.one(string(s.Outcome)))
	s.Unit, s.Assignee = n.one(s.Unit), n.one(s.Assignee)
	return s
}
