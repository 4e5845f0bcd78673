package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
)

// A session that ended elsewhere ends its streams with the next heartbeat,
// which comes every 15 s.
func TestTheStreamEndsWithTheSession(t *testing.T) {
	w := newWorld(t)
	lan, hoa, minh := w.login("lan", account.Officer, "883"), w.login("hoa", account.Officer, "883"), w.login("minh", account.Officer, "883")
	out, disabled, stays := lan.listen(), hoa.listen(), minh.listen()
	if got := lan.do(http.MethodDelete, "/api/v1/session", "", ""); got.status != http.StatusNoContent {
		t.Fatalf("logout: %d", got.status)
	}
	if _, err := w.directory.Disable(t.Context(), "console", "hoa"); err != nil {
		t.Fatal(err)
	}
	deadline := time.After(25 * time.Second)
	for name, events := range map[string]<-chan event{"logged out": out, "disabled": disabled} {
		select {
		case e, open := <-events:
			if open {
				t.Errorf("%s: told of %+v", name, e)
			}
		case <-deadline:
			t.Fatalf("%s: the stream is still open", name)
		}
	}
	number := w.number(w.report("883"))
	if e := next(t, stays, number); e.row.Unit != "883" {
		t.Errorf("who is still logged in is told %+v", e)
	}
}
