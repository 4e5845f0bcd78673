package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
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
	if err != nil {
		a.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, fromView(view, language(c)))
}
