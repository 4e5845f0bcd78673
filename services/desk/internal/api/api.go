// Package api is the desk's JSON API: what the application of officers,
// supervisors and admins works with. openapi.json describes it.
package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/desk/internal/follow"
)

// clientClosedRequest is the status, known from nginx, of an answer that
// nobody waits for any more.
const clientClosedRequest = 499

// retryAfter is how many seconds a client is asked to wait.
const retryAfter = 2

// Config of an API.
type Config struct {
	Journal       *journal.Journal
	Board         *board.Board
	Rebuilt       <-chan struct{} // closed once the board holds the whole journal
	Standing      func() follow.Standing
	Closing       <-chan struct{} // closed when event streams must end
	Directory     *account.Directory
	Jurisdiction  *jurisdiction.Jurisdiction
	Texts         *catalogue.Catalogue
	SecureCookies bool
	Now           func() time.Time
}

// API answers the desk's requests.
type API struct {
	Config
	policy policy
}

// New makes an API.
func New(cfg Config) *API { return &API{Config: cfg, policy: policy{cfg.Jurisdiction}} }

// Fail ends a request with the problem that an error means.
func (a *API) Fail(c *gin.Context, err error) {
	if errors.Is(c.Request.Context().Err(), context.Canceled) { // the client hung up, nobody reads the answer
		c.AbortWithStatus(clientClosedRequest)
		return
	}
	httpd.Fail(c, a.Texts, asProblem(err))
}

// asProblem turns the errors of journal, directory and board into problems.
func asProblem(err error) error {
	if _, known := errors.AsType[*httpd.Problem](err); known {
		return err
	}
	switch {
	case errors.Is(err, account.ErrNoSession):
		return &httpd.Problem{Status: http.StatusUnauthorized, Code: "not_logged_in"}
	case errors.Is(err, account.ErrBusy), errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrUnknown), errors.Is(err, context.DeadlineExceeded):
		return tryAgain(err)
	}
	return err
}

func tryAgain(cause error) error {
	return &httpd.Problem{Status: http.StatusServiceUnavailable, Code: "try_again", RetryAfter: retryAfter, Cause: cause}
}

func notFound() error { return &httpd.Problem{Status: http.StatusNotFound, Code: "not_found"} }

func forbidden(code string) error { return &httpd.Problem{Status: http.StatusForbidden, Code: code} }

func conflict(code string) *httpd.Problem {
	return &httpd.Problem{Status: http.StatusConflict, Code: code}
}

// NoRoute answers for an address that does not exist.
func (a *API) NoRoute(c *gin.Context) { a.Fail(c, notFound()) }

// NoMethod answers for a method that an address does not take.
func (a *API) NoMethod(c *gin.Context) {
	a.Fail(c, &httpd.Problem{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed"})
}

// SameOrigin refuses what a page of another origin sends in a visitor's name.
func (a *API) SameOrigin() gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if err := protection.Check(c.Request); err != nil {
			a.Fail(c, forbidden("cross_origin"))
		}
	}
}

// board waits for the board where it is being rebuilt, but not for long.
func (a *API) board(ctx context.Context) (*board.Board, error) {
	ctx, cancel := context.WithTimeout(ctx, retryAfter*time.Second)
	defer cancel()
	select {
	case <-a.Rebuilt:
		return a.Board, nil
	case <-ctx.Done():
		return nil, tryAgain(errors.New("the board is being rebuilt"))
	}
}
