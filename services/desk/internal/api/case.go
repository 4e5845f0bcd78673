package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// showCase answers with a whole case, as the journal has it.
func (a *API) showCase(c *gin.Context, who visitor) error {
	found, err := a.load(c.Request.Context(), who, c.Param("number"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, a.caseFor(c.Request.Context(), who.Account, found))
	return nil
}

// load reads a case that the visitor may see, as far as it can be read. One
// that is not there and one that is none of the visitor's business are the
// same.
func (a *API) load(ctx context.Context, who visitor, number string) (report.Case, error) {
	id, err := report.ParseCaseNumber(a.Jurisdiction.Prefix(), number)
	if err != nil {
		return report.Case{}, notFound()
	}
	c, err := a.Journal.Salvage(ctx, id)
	if errors.Is(err, journal.ErrNotFound) || err == nil && !a.policy.sees(who.Account, c.Unit) {
		err = notFound()
	}
	if err == nil {
		a.agree(c)
	}
	return c, err
}

// agree has the queue show what the case shows. What the board lacked may have
// been announced to nobody, so the others are told as well; if that fails, they
// find out when they compare themselves with the journal.
func (a *API) agree(c report.Case) {
	row, known := a.Board.Row(c.Report.ID)
	switch {
	case known && row.Damage != c.Damage:
		a.Board.Reset(c)
	case !known || row.Last < c.Last:
		a.learn(c)
		a.Journal.Tell(entriesAfter(c, row.Last, known)...)
	}
}

// entriesAfter lists the readable entries of a case that are news to somebody
// who knows it up to an action, or not at all.
func entriesAfter(c report.Case, last int, known bool) []report.Entry {
	var out []report.Entry
	if !known && !c.Report.Damaged {
		out = append(out, report.Entry{Report: &c.Report})
	}
	for i := range c.Actions {
		if c.Actions[i].N > last && !c.Actions[i].Damaged {
			out = append(out, report.Entry{Action: &c.Actions[i]})
		}
	}
	return out
}

// learn has the board know all of a case at once, so that whoever acted finds
// the queue as they left it. What it knows already it ignores.
func (a *API) learn(c report.Case) {
	a.Board.Apply(report.Entry{Report: &c.Report})
	for i := range c.Actions {
		a.Board.Apply(report.Entry{Action: &c.Actions[i]})
	}
}
