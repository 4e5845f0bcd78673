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

// load reads a case that the visitor may see, as far as it can be read. One that is not there and one
// that is none of the visitor's business are the same.
func (a *API) load(ctx context.Context, who visitor, number string) (report.Case, error) {
	id, err := report.ParseCaseNumber(a.Jurisdiction.Prefix(), number)
	if err != nil {
		return report.Case{}, notFound()
	}
	c, err := a.Journal.Salvage(ctx, id)
	if errors.Is(err, journal.ErrNotFound) || err == nil && !a.policy.sees(who.Account, c.Unit) {
		err = notFound()
	}
	if row, known := a.Board.Row(id); err == nil && known && row.Damage != c.Damage {
		a.Board.Reset(c) // the queue must not hide what the case shows
	}
	return c, err
}
