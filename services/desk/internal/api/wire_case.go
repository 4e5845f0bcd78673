package api

import (
	"context"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/report"
)

type caseDoc struct {
	Case    rowDoc              `json:"case"`
	Report  reportDoc           `json:"report"`
	Actions []actionDoc         `json:"actions"`
	Allowed []string            `json:"allowed"`
	Clocks  map[string]clockDoc `json:"clocks"`
}

type reportDoc struct {
	Narrative  string      `json:"narrative"`
	Place      placeDoc    `json:"place"`
	OccurredAt *time.Time  `json:"occurred_at"`
	Ongoing    bool        `json:"ongoing"`
	Contact    *contactDoc `json:"contact"`
	Language   string      `json:"language"`
	ReceivedAt time.Time   `json:"received_at"`
}

type placeDoc struct {
	District string    `json:"district"`
	Commune  string    `json:"commune"`
	Address  string    `json:"address"`
	Point    *pointDoc `json:"point"`
	Unknown  bool      `json:"unknown"`
}

type pointDoc struct {
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	AccuracyM float64 `json:"accuracy_m"`
}

type contactDoc struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

type actionDoc struct {
	N        int          `json:"n"`
	Type     string       `json:"type"`
	At       time.Time    `json:"at"`
	Actor    actorDoc     `json:"actor"`
	Unit     string       `json:"unit"`
	Text     string       `json:"text"`
	Outcome  string       `json:"outcome"`
	Evidence *evidenceDoc `json:"evidence"`
}

type actorDoc struct {
	Kind     string `json:"kind"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
}

type evidenceDoc struct {
	Rule         string   `json:"rule"`
	Method       string   `json:"method"`
	Confidence   float64  `json:"confidence"`
	RunnerUp     string   `json:"runner_up"`
	Reasons      []string `json:"reasons"`
	Jurisdiction string   `json:"jurisdiction"`
}

type clockDoc struct {
	Seconds float64 `json:"seconds"`
	Running bool    `json:"running"`
}

// caseFor is a case as an account sees it.
func (a *API) caseFor(ctx context.Context, who account.Account, c report.Case) caseDoc {
	d := caseDoc{
		Case: a.row(ctx, board.RowOf(c)), Report: reportOf(c.Report),
		Actions: make([]actionDoc, len(c.Actions)), Allowed: []string{}, Clocks: map[string]clockDoc{},
	}
	for i, action := range c.Actions {
		d.Actions[i] = actionOf(action)
	}
	for _, t := range c.Allowed(who.Username) {
		if c.Damage.Action == 0 && a.policy.acts(who, c.Unit, t) {
			d.Allowed = append(d.Allowed, commands[t])
		}
	}
	now := a.Now()
	for _, clock := range report.Clocks {
		elapsed, stopped := c.Elapsed(clock, c.Report.ReceivedAt, now)
		d.Clocks[string(clock)] = clockDoc{Seconds: seconds(elapsed), Running: !stopped}
	}
	return d
}

func reportOf(r report.Report) reportDoc {
	d := reportDoc{
		Narrative: r.Narrative, Ongoing: r.Ongoing, Language: r.Language, ReceivedAt: r.ReceivedAt,
		Place: placeDoc{District: r.Place.District, Commune: r.Place.Commune, Address: r.Place.Address, Unknown: r.Place.Unknown},
	}
	if p := r.Place.Point; p != nil {
		d.Place.Point = &pointDoc{Lat: p.Lat, Lon: p.Lon, AccuracyM: p.AccuracyM}
	}
	if !r.OccurredAt.IsZero() {
		d.OccurredAt = &r.OccurredAt
	}
	if c := r.Contact; !c.Anonymous() {
		d.Contact = &contactDoc{Name: c.Name, Phone: c.Phone, Email: c.Email}
	}
	if r.Damaged { // not known
		d.Language = "vi"
	}
	return d
}

func actionOf(a report.Action) actionDoc {
	d := actionDoc{
		N: a.N, Type: string(a.Type), At: a.At, Unit: a.Unit, Text: a.Text, Outcome: string(a.Outcome),
		Actor: actorDoc{Kind: string(a.Actor.Kind), Username: a.Actor.User, Name: a.Actor.Name, Unit: a.Actor.Unit},
	}
	if e := a.Evidence; e != nil {
		d.Evidence = &evidenceDoc{
			Rule: e.Rule, Method: e.Method, Confidence: e.Confidence, RunnerUp: e.RunnerUp,
			Reasons: append([]string{}, e.Reasons...), Jurisdiction: e.Jurisdiction,
		}
	}
	return d
}
