// Package api is the public JSON API: one file for each action.
package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// API holds the handlers.
type API struct {
	counter *counter.Counter
	checker *input.Checker
	texts   *catalogue.Catalogue
	lists   lists
}

// New makes an API.
func New(c *counter.Counter, checker *input.Checker, texts *catalogue.Catalogue, j *jurisdiction.Jurisdiction) (*API, error) {
	l, err := newLists(j)
	return &API{counter: c, checker: checker, texts: texts, lists: l}, err
}

// Fail ends a request with the problem in err.
func (a *API) Fail(c *gin.Context, err error) { httpd.Fail(c, a.texts, problem(err)) }

// NotFound answers for addresses that do not exist.
func (a *API) NotFound(c *gin.Context) {
	a.Fail(c, &httpd.Problem{Status: http.StatusNotFound, Code: "not_found"})
}

// MethodNotAllowed answers for addresses that know other methods.
func (a *API) MethodNotAllowed(c *gin.Context) {
	a.Fail(c, &httpd.Problem{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed"})
}

// Panicked answers for a handler that could not.
func (a *API) Panicked(c *gin.Context) {
	a.Fail(c, &httpd.Problem{Status: http.StatusInternalServerError, Code: "internal"})
}

// Busy answers when too many requests are in work.
func (a *API) Busy(c *gin.Context) { a.Fail(c, httpd.Busy()) }

// problem gives the counter's errors a status and a code.
func problem(err error) error {
	switch {
	case errors.Is(err, counter.ErrTryAgain):
		return &httpd.Problem{Status: http.StatusServiceUnavailable, Code: "try_again", RetryAfter: 2, Cause: err}
	case errors.Is(err, counter.ErrInFlight):
		return &httpd.Problem{Status: http.StatusConflict, Code: "in_flight", RetryAfter: 1, Cause: err}
	case errors.Is(err, counter.ErrKeyReused):
		return &httpd.Problem{Status: http.StatusUnprocessableEntity, Code: "key_reused"}
	case errors.Is(err, counter.ErrTooMany):
		return &httpd.Problem{Status: http.StatusTooManyRequests, Code: "too_many_messages"}
	case errors.Is(err, counter.ErrUnknownReceipt):
		return &httpd.Problem{Status: http.StatusNotFound, Code: "unknown_receipt"}
	case errors.Is(err, counter.ErrUnreadable):
		return &httpd.Problem{Status: http.StatusInternalServerError, Code: "unreadable", Cause: err}
	}
	return err
}

// read reads a JSON body into v.
func read(c *gin.Context, v any) error {
	if err := httpd.MediaType(c.Request, "application/json"); err != nil {
		return err
	}
	return httpd.JSON(c.Request.Body, v)
}

// language is the one in which names are given.
func language(c *gin.Context) string {
	lang := catalogue.Negotiate(c.GetHeader("Accept-Language"))
	c.Header("Content-Language", lang)
	return lang
}
