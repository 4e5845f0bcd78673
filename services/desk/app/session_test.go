package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
)

func TestLoginLastsUntilLogout(t *testing.T) {
	w := newWorld(t)
	w.account("lan", account.Officer, "883")
	c := w.client()
	if got := read[problem](t, c.get("/api/v1/session"), http.StatusUnauthorized); got.Code != "not_logged_in" {
		t.Errorf("code is %s", got.Code)
	}
	in := c.post("/api/v1/session", map[string]any{"username": "lan", "password": password})
	if me := read[map[string]string](t, in, http.StatusOK); me["username"] != "lan" || me["role"] != "officer" || me["unit"] != "883" || me["name"] != "Đồng chí lan" {
		t.Errorf("logged in as %v", me)
	}
	cookie := in.header.Get("Set-Cookie")
	for _, part := range []string{"phananh_session=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q lacks %s", cookie, part)
		}
	}
	value := strings.TrimPrefix(strings.Split(cookie, ";")[0], "phananh_session=")
	if out := c.do(http.MethodDelete, "/api/v1/session", "", ""); out.status != http.StatusNoContent {
		t.Errorf("logout: %d", out.status)
	}
	stolen := w.client().do(http.MethodGet, "/api/v1/session", "", "", func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "phananh_session", Value: value})
	})
	if stolen.status != http.StatusUnauthorized {
		t.Errorf("the token works after logout: %d", stolen.status)
	}
}

func TestWrongLoginsLookTheSame(t *testing.T) {
	w := newWorld(t)
	w.account("lan", account.Officer, "883")
	w.account("off", account.Officer, "883")
	if _, err := w.directory.Disable(t.Context(), "console", "off"); err != nil {
		t.Fatal(err)
	}
	c := w.client()
	var first answer
	for i, login := range [][2]string{{"lan", "not the password"}, {"nobody", password}, {"off", password}, {"", ""}} {
		got := c.post("/api/v1/session", map[string]any{"username": login[0], "password": login[1]})
		if p := read[problem](t, got, http.StatusUnauthorized); p.Code != "bad_credentials" {
			t.Errorf("%s: %s", login[0], got.body)
		}
		if i == 0 {
			first = got
		}
		if got.body != first.body || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %s", login[0], got.body)
		}
	}
}

func TestDisablingAndANewPasswordCountOnTheNextRequest(t *testing.T) {
	w := newWorld(t)
	c := w.login("lan", account.Officer, "883")
	other := account.NewDirectory(w.journal, time.Now, nil) // another process
	if _, err := other.Disable(t.Context(), "console", "lan"); err != nil {
		t.Fatal(err)
	}
	if got := c.get("/api/v1/queue"); got.status != http.StatusUnauthorized {
		t.Errorf("disabled: %d", got.status)
	}
	if _, err := other.Enable(t.Context(), "console", "lan"); err != nil {
		t.Fatal(err)
	}
	if got := c.get("/api/v1/queue"); got.status != http.StatusUnauthorized {
		t.Errorf("enabled again, old session: %d", got.status)
	}
	again := w.loginAs("lan")
	if got := again.get("/api/v1/queue"); got.status != http.StatusOK {
		t.Errorf("new session: %d", got.status)
	}
	admin := w.login("quan", account.Admin, "89")
	admin.post("/api/v1/users/lan/actions", map[string]any{"type": "password", "password": "một con vịt khác hẳn"})
	if got := again.get("/api/v1/queue"); got.status != http.StatusUnauthorized {
		t.Errorf("new password: %d", got.status)
	}
}
