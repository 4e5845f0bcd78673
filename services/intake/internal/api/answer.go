package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// Answer takes what a resident writes about a case.
func (a *API) Answer(c *gin.Context) {
	key, err := input.Key(c.Request, false)
	if err != nil {
		a.Fail(c, err)
		return
	}
	var m input.Message
	if err := read(c, &m); err != nil {
		a.Fail(c, err)
		return
	}
	m = m.Normalised()
	if fields := a.checker.Check(m); fields != nil {
		a.Fail(c, httpd.Invalid(fields...))
		return
	}
	receipt, err := input.Receipt(m.Receipt)
	if err != nil {
		a.Fail(c, err)
		return
	}
	view, err := a.counter.Answer(c.Request.Context(), receipt, key, m.Text)
	if errors.Is(err, counter.ErrUnreadable) {
		a.notTaken(c, err)
		return
	}
	if err != nil {
		a.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, fromView(view, language(c)))
}

// notTaken ends the request of a message that was not stored, since nothing can
// follow a damaged action: what is said about damage elsewhere leaves that open.
func (a *API) notTaken(c *gin.Context, err error) {
	p := httpd.AsProblem(problem(err))
	lang := catalogue.Negotiate(c.GetHeader("Accept-Language"))
	p.Members = map[string]any{"detail": a.texts.Text(lang, "problem.unreadable_answer")}
	httpd.Fail(c, a.texts, p)
}
