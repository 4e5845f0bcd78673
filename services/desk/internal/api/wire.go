package api

import (
	"context"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/report"
)

type meDoc struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Unit     string `json:"unit"`
}

func me(a account.Account) meDoc {
	return meDoc{Username: a.Username, Name: a.Name, Role: string(a.Role), Unit: a.Unit}
}

type rowDoc struct {
	CaseNumber string       `json:"case_number"`
	Category   string       `json:"category"`
	Urgent     bool         `json:"urgent"`
	State      string       `json:"state"`
	Unit       string       `json:"unit"`
	District   string       `json:"district"`
	Commune    string       `json:"commune"`
	Ongoing    bool         `json:"ongoing"`
	ReceivedAt time.Time    `json:"received_at"`
	UpdatedAt  time.Time    `json:"updated_at"`
	Assignee   *assigneeDoc `json:"assignee"`
	Unanswered bool         `json:"unanswered"`
	Last       int          `json:"last"`
	Outcome    *string      `json:"outcome"`
	Transfers  int          `json:"transfers"`
	Reopenings int          `json:"reopenings"`
	Damaged    []string     `json:"damaged"` // IDs of entries
}

type assigneeDoc struct {
	Username string `json:"username"`
	Name     string `json:"name"`
}

func (a *API) row(ctx context.Context, r board.Row) rowDoc {
	d := rowDoc{
		CaseNumber: r.ID.CaseNumber(a.Jurisdiction.Prefix()), Category: r.Category, Urgent: r.Urgent,
		State: string(r.State), Unit: r.Unit, District: r.District, Commune: r.Commune, Ongoing: r.Ongoing,
		ReceivedAt: r.ReceivedAt, UpdatedAt: r.UpdatedAt, Unanswered: r.Unanswered, Last: r.Last,
		Transfers: r.Transfers, Reopenings: r.Reopenings, Damaged: r.Damage.Entries(r.ID),
	}
	if r.Assignee != "" {
		d.Assignee = &assigneeDoc{Username: r.Assignee, Name: a.Directory.Name(ctx, r.Assignee)}
	}
	if r.Outcome != "" {
		d.Outcome = new(string(r.Outcome))
	}
	return d
}

func (a *API) rows(ctx context.Context, rows []board.Row) []rowDoc {
	out := make([]rowDoc, len(rows))
	for i, r := range rows {
		out[i] = a.row(ctx, r)
	}
	return out
}

type pageDoc[T any] struct {
	Cases []T     `json:"cases"`
	Next  *string `json:"next"`
	Total int     `json:"total"`
}

func page[T any](cases []T, next string, total int) pageDoc[T] {
	p := pageDoc[T]{Cases: cases, Total: total}
	if next != "" {
		p.Next = &next
	}
	return p
}

// seconds is a duration as the API has it.
func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// commands are the actions that staff may ask for, by the types that they
// become in the journal.
var commands = map[report.Type]string{
	report.Claimed: "claim", report.Released: "release", report.Replied: "reply", report.Noted: "note",
	report.Transferred: "transfer", report.Resolved: "resolve", report.Reopened: "reopen",
}
