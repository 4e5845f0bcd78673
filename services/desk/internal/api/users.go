package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/plaintext"
)

type userDoc struct {
	Username  string    `json:"username"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Unit      string    `json:"unit"`
	Disabled  bool      `json:"disabled"`
	ChangedAt time.Time `json:"changed_at"`
}

func userOf(a account.Account) userDoc {
	return userDoc{Username: a.Username, Name: a.Name, Role: string(a.Role), Unit: a.Unit, Disabled: a.Disabled, ChangedAt: a.ChangedAt}
}

// listUsers answers with all accounts.
func (a *API) listUsers(c *gin.Context, _ visitor) error {
	all, err := a.Directory.List(c.Request.Context())
	if err != nil {
		return err
	}
	users := make([]userDoc, len(all))
	for i, x := range all {
		users[i] = userOf(x)
	}
	c.JSON(http.StatusOK, gin.H{"users": users})
	return nil
}

// addUser makes an account.
func (a *API) addUser(c *gin.Context, who visitor) error {
	var body struct {
		Username string `json:"username"`
		Name     string `json:"name"`
		Role     string `json:"role"`
		Unit     string `json:"unit"`
		Password string `json:"password"`
	}
	if err := decode(c, &body); err != nil {
		return err
	}
	n := account.New{
		Username: body.Username, Name: plaintext.Line(body.Name), Role: account.Role(body.Role),
		Unit: body.Unit, Password: body.Password,
	}
	if code, pairs := fault(n.Name); code != "" {
		return httpd.Invalid(httpd.Field{Name: "name", Code: code, Pairs: pairs})
	}
	if code := a.homeFault(n); code != "" {
		return httpd.Invalid(httpd.Field{Name: "unit", Code: code})
	}
	made, err := a.Directory.Add(c.Request.Context(), who.Username, n)
	if err != nil {
		return accountProblem(err)
	}
	c.JSON(http.StatusCreated, userOf(made))
	return nil
}

// homeFault says why an account cannot belong to a unit: officers work in a
// queue, so theirs must have one.
func (a *API) homeFault(n account.New) string {
	u, known := a.Jurisdiction.Unit(n.Unit)
	switch {
	case n.Unit == "":
		return "required"
	case !known:
		return "unknown_unit"
	case n.Role == account.Officer && !u.HasQueue():
		return "no_queue"
	}
	return ""
}

// onUser changes an account.
func (a *API) onUser(c *gin.Context, who visitor) error {
	var body struct {
		Type     string `json:"type"`
		Password string `json:"password"`
	}
	if err := decode(c, &body); err != nil {
		return err
	}
	ctx, user := c.Request.Context(), c.Param("username")
	var changed account.Account
	var err error
	switch body.Type {
	case "disable":
		if user == who.Username { // the last admin would lock everybody out
			return conflict("own_account")
		}
		changed, err = a.Directory.Disable(ctx, who.Username, user)
	case "enable":
		changed, err = a.Directory.Enable(ctx, who.Username, user)
	case "password":
		changed, err = a.Directory.SetPassword(ctx, who.Username, user, body.Password)
	default:
		return httpd.Invalid(httpd.Field{Name: "type", Code: "unknown_value"})
	}
	if err != nil {
		return accountProblem(err)
	}
	c.JSON(http.StatusOK, userOf(changed))
	return nil
}

// accountProblem turns the errors of a change into problems.
func accountProblem(err error) error {
	for _, known := range []struct {
		err         error
		field, code string
	}{
		{account.ErrBadUsername, "username", "bad_username"},
		{account.ErrBadName, "name", "bad_name"},
		{account.ErrBadRole, "role", "unknown_value"},
		{account.ErrNoUnit, "unit", "required"},
		{account.ErrPasswordShort, "password", "password_short"},
		{account.ErrPasswordLong, "password", "password_long"},
		{account.ErrPasswordCommon, "password", "password_common"},
	} {
		if errors.Is(err, known.err) {
			return httpd.Invalid(httpd.Field{Name: known.field, Code: known.code})
		}
	}
	switch {
	case errors.Is(err, account.ErrUnknown):
		return notFound()
	case errors.Is(err, account.ErrExists):
		return conflict("username_taken")
	case errors.Is(err, account.ErrNotAllowed):
		return conflict("account_state")
	case errors.Is(err, account.ErrConflict):
		return tryAgain(err)
	}
	return err
}
