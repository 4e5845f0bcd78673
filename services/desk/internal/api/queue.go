package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/report"
)

// open is the state that means: all but resolved.
const open = "open"

// showQueue answers with a page of cases.
func (a *API) showQueue(c *gin.Context, who visitor) error {
	params := query{c: c}
	q := board.Query{
		State: report.State(params.one("state", open, string(report.StateReceived), string(report.StateRouted),
			string(report.StateClaimed), string(report.StateResolved))),
		Category: c.Query("category"), Urgent: params.flag("urgent"), Unanswered: params.flag("unanswered"),
		Order: board.Order(params.one("order", string(board.ByPriority), string(board.OldestOnes), string(board.NewestOnes))),
		Limit: params.limit(), After: c.Query("cursor"),
	}
	params.category(a.Jurisdiction)
	if q.State == open {
		q.State = ""
	}
	if params.flag("mine") {
		q.Assignee = who.Username
	}
	if err := params.err(); err != nil {
		return err
	}
	var err error
	if q.Units, err = a.policy.scope(who.Account, c.Query("unit")); err != nil {
		return err
	}
	b, err := a.board(c.Request.Context())
	if err != nil {
		return err
	}
	found, err := b.Query(q)
	if errors.Is(err, board.ErrCursor) {
		return badCursor()
	}
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, page(a.rows(c.Request.Context(), found.Rows), found.Next, found.Total))
	return nil
}

func badCursor() error { return httpd.Invalid(httpd.Field{Name: "cursor", Code: "bad_cursor"}) }
