package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
)

// answerWithin bounds how long anybody waits for an answer, but for events.
const answerWithin = 2700 * time.Millisecond

// inTime bounds what a request may take.
func inTime(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerWithin)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// visitor is who makes a request.
type visitor struct {
	account.Account
	session account.Session
	token   string
}

// as lets accounts with one of the roles through, and answers errors.
func (a *API) as(roles []account.Role, handle func(*gin.Context, visitor) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		who, err := a.visitor(c)
		if err == nil && !slices.Contains(roles, who.Role) {
			err = forbidden("forbidden")
		}
		if err == nil {
			err = handle(c, who)
		}
		if err != nil {
			a.Fail(c, err)
		}
	}
}

// visitor asks the directory anew for each request: a session that was ended
// elsewhere, or an account that was disabled, is refused at once.
func (a *API) visitor(c *gin.Context) (visitor, error) {
	token, err := c.Cookie(a.cookieName())
	if err != nil {
		return visitor{}, account.ErrNoSession
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerWithin) // also where the request has no bound
	defer cancel()
	who, session, err := a.Directory.Authenticate(ctx, token)
	return visitor{who, session, token}, err
}

// cookieName binds the cookie to this very host where it can: browsers take a
// __Host- cookie over HTTPS only, and from no other host.
func (a *API) cookieName() string {
	if a.SecureCookies {
		return "__Host-phananh_session"
	}
	return "phananh_session"
}

func (a *API) setCookie(c *gin.Context, token string, until time.Time) {
	cookie := &http.Cookie{
		Name: a.cookieName(), Value: token, Path: "/",
		HttpOnly: true, Secure: a.SecureCookies, SameSite: http.SameSiteStrictMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	} else {
		cookie.Expires = until
	}
	http.SetCookie(c.Writer, cookie)
}
