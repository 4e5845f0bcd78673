package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/report"
)

func TestAResidentIsToldThatADamagedReportIsThere(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(embeddedtest.Engines, report.ID){
		"report": func(e embeddedtest.Engines, id report.ID) {
			e.Change(t, "reports", string(id), map[string]any{"schema": int32(9)})
		},
		"action": func(e embeddedtest.Engines, id report.ID) {
			e.Change(t, "actions", report.ActionEntryID(id, 1), map[string]any{"at": "hôm nay"})
		},
	} {
		e := embeddedtest.Start(t)
		s := startOn(t, e.MongoDB)
		c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
		receipt, id := s.reported(t)
		s.act(t, id, life[0])
		damage(e, id)
		for path, body := range map[string]string{
			"/api/v1/track":          `{"receipt":"` + receipt + `"}`,
			"/api/v1/track/messages": `{"receipt":"` + receipt + `","text":"Xin chào"}`,
		} {
			got := s.post(t, path, body).expect(t, http.StatusInternalServerError)
			c.holds(t, got, body)
			if p := into[problem](t, got); p.Code != "unreadable" || !strings.Contains(got.body, "Chúng tôi có phản ánh của bạn") {
				t.Errorf("%s %s: %s", name, path, got.body)
			}
		}
		page := s.send(t, http.MethodPost, "/theo-doi", url.Values{"receipt": {receipt}}.Encode(), "Content-Type", "application/x-www-form-urlencoded").expect(t, http.StatusInternalServerError)
		if !strings.Contains(page.body, "Chúng tôi có phản ánh của bạn") {
			t.Errorf("%s: the page says %s", name, page.body)
		}
		if !strings.Contains(s.logs.String(), string(id)) {
			t.Errorf("%s: the log does not say which entry", name)
		}
	}
}
