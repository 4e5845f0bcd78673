package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/httpd"
)

// beginSession logs in. A wrong password, an unknown user and a disabled
// account look and take the same.
func (a *API) beginSession(c *gin.Context) {
	var body struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	err := decode(c, &body)
	if err != nil {
		a.Fail(c, err)
		return
	}
	who, session, token, err := a.Directory.Login(c.Request.Context(), body.Username, body.Password)
	if errors.Is(err, account.ErrCredentials) {
		err = &httpd.Problem{Status: http.StatusUnauthorized, Code: "bad_credentials"}
	}
	if err != nil {
		a.Fail(c, err)
		return
	}
	a.setCookie(c, token, session.EndsAt)
	c.JSON(http.StatusOK, me(who))
}

// showSession says who is logged in.
func (a *API) showSession(c *gin.Context, who visitor) error {
	c.JSON(http.StatusOK, me(who.Account))
	return nil
}

// endSession logs out, everywhere this session is used.
func (a *API) endSession(c *gin.Context, who visitor) error {
	if err := a.Directory.Logout(c.Request.Context(), who.session); err != nil {
		return err
	}
	a.setCookie(c, "", who.session.EndsAt)
	c.Status(http.StatusNoContent)
	return nil
}
