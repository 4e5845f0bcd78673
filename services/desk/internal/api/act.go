package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/plaintext"
	"github.com/phananh/portal/pkg/report"
)

type actionRequest struct {
	Type    string `json:"type"`
	Expect  *int   `json:"expect"`
	Text    string `json:"text"`
	Unit    string `json:"unit"`
	Outcome string `json:"outcome"`
}

// act appends an action to a case.
func (a *API) act(c *gin.Context, who visitor) error {
	var body actionRequest
	if err := decode(c, &body); err != nil {
		return err
	}
	ctx := c.Request.Context()
	present, err := a.load(ctx, who, c.Param("number"))
	if err != nil {
		return err
	}
	action, err := a.action(body, who, present)
	if err != nil {
		return err
	}
	next, err := a.append(ctx, who, *body.Expect, present, action)
	if err != nil {
		return err
	}
	if !a.policy.sees(who.Account, next.Unit) {
		c.JSON(http.StatusCreated, gin.H{"gone": true})
		return nil
	}
	c.JSON(http.StatusCreated, a.caseFor(ctx, who.Account, next))
	return nil
}

// action makes the action that is asked for, the next one of the case. It is
// no earlier than the one before, whatever the clocks of the replicas say.
func (a *API) action(body actionRequest, who visitor, present report.Case) (report.Action, error) {
	t, known := typeOf(body.Type)
	if !known {
		return report.Action{}, httpd.Invalid(httpd.Field{Name: "type", Code: "unknown_value"})
	}
	action := report.Action{
		Report: present.Report.ID, N: present.Last + 1, Type: t,
		Actor: report.Actor{Kind: report.Staff, User: who.Username, Name: who.Name, Unit: who.Unit},
		Prev:  present.Head(),
	}
	var wrong []httpd.Field
	if body.Expect == nil {
		wrong = append(wrong, httpd.Field{Name: "expect", Code: "required"})
	}
	if needsText(t) {
		action.Text = plaintext.Prose(body.Text)
		code, pairs := fault(action.Text)
		if action.Text == "" {
			code = "required"
		}
		if code != "" {
			wrong = append(wrong, httpd.Field{Name: "text", Code: code, Pairs: pairs})
		}
	}
	if t == report.Transferred {
		action.Unit = body.Unit
		if code := a.targetFault(body.Unit, present.Unit); code != "" {
			wrong = append(wrong, httpd.Field{Name: "unit", Code: code})
		}
	}
	if t == report.Resolved {
		action.Outcome = report.Outcome(body.Outcome)
		switch {
		case body.Outcome == "":
			wrong = append(wrong, httpd.Field{Name: "outcome", Code: "required"})
		case !slices.Contains(report.Outcomes[:], action.Outcome):
			wrong = append(wrong, httpd.Field{Name: "outcome", Code: "unknown_value"})
		}
	}
	if len(wrong) > 0 {
		return report.Action{}, httpd.Invalid(wrong...)
	}
	action.At = report.Instant(a.Now())
	if action.At.Before(present.UpdatedAt) {
		action.At = present.UpdatedAt
	}
	return action, nil
}

func typeOf(command string) (report.Type, bool) {
	for t, name := range commands {
		if name == command {
			return t, true
		}
	}
	return "", false
}

// needsText says that an action carries words; others that come with some
// lose them.
func needsText(t report.Type) bool { return t != report.Claimed && t != report.Released }

// targetFault says why a case cannot be transferred to a unit.
func (a *API) targetFault(unit, present string) string {
	u, known := a.Jurisdiction.Unit(unit)
	switch {
	case unit == "":
		return "required"
	case !known:
		return "unknown_unit"
	case !u.HasQueue():
		return "no_queue"
	case unit == present:
		return "same_unit"
	}
	return ""
}

// append appends the action if nobody acted since the one that the visitor
// has seen last, and returns the case after it. The board learns of it at
// once.
func (a *API) append(ctx context.Context, who visitor, expect int, present report.Case, action report.Action) (report.Case, error) {
	if present.Damage.Action > 0 { // what came last is not known
		return report.Case{}, a.conflictAt(ctx, who, "damaged", present)
	}
	if expect != present.Last {
		return report.Case{}, a.conflictAt(ctx, who, "conflict", present)
	}
	if !a.policy.acts(who.Account, present.Unit, action.Type) {
		return report.Case{}, forbidden("forbidden")
	}
	next := present
	next.Actions = slices.Clone(present.Actions)
	switch err := next.Apply(action); {
	case errors.Is(err, report.ErrNotYours):
		return report.Case{}, forbidden("not_yours")
	case errors.Is(err, report.ErrNotAllowed):
		return report.Case{}, a.conflictAt(ctx, who, "not_allowed", present)
	case err != nil:
		return report.Case{}, err
	}
	failpoint.Hit(failpoint.DeskDecided)
	err := a.Journal.Append(ctx, report.Entry{Action: &action})
	failpoint.Hit(failpoint.DeskAppended)
	if errors.Is(err, journal.ErrConflict) {
		now, err := a.load(ctx, who, string(present.Report.ID))
		if err != nil {
			return report.Case{}, err
		}
		return report.Case{}, a.conflictAt(ctx, who, "conflict", now)
	}
	if err != nil {
		return report.Case{}, err
	}
	a.learn(next)
	return next, nil
}

// conflictAt is a problem that carries the case as it stands.
func (a *API) conflictAt(ctx context.Context, who visitor, code string, c report.Case) error {
	p := conflict(code)
	p.Members = map[string]any{"case": a.caseFor(ctx, who.Account, c)}
	return p
}
