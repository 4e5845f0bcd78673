package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/report"
)

func TestEachRoleReachesItsOwnAndNothingElse(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	n := w.number(r)
	unrouted := w.number(w.report(""))
	desks := map[string]*client{
		"nobody":     w.client(),
		"officer":    w.login("lan", account.Officer, "883"),
		"foreign":    w.login("minh", account.Officer, "884"),
		"supervisor": w.login("hung", account.Supervisor, "89"),
		"district":   w.login("thu", account.Supervisor, "884"),
		"admin":      w.login("quan", account.Admin, "89"),
	}
	desks["supervisor"].sees("", 2)
	order := []string{"nobody", "officer", "foreign", "supervisor", "district", "admin"}
	note := `{"type":"note","expect":99,"text":"Ghi chú"}` // 409 for those who may act
	for _, c := range []struct {
		method, path, body string
		want               [6]int
	}{
		{"GET", "/api/v1/session", "", [6]int{401, 200, 200, 200, 200, 200}},
		{"GET", "/api/v1/catalogue", "", [6]int{401, 200, 200, 200, 200, 200}},
		{"GET", "/api/v1/queue", "", [6]int{401, 200, 200, 200, 200, 403}},
		{"GET", "/api/v1/queue?unit=883", "", [6]int{401, 200, 403, 200, 403, 403}},
		{"GET", "/api/v1/queue?unit=89", "", [6]int{401, 403, 403, 200, 403, 403}},
		{"GET", "/api/v1/queue?unit=nowhere", "", [6]int{401, 403, 403, 403, 403, 403}},
		{"GET", "/api/v1/queues", "", [6]int{401, 200, 200, 200, 200, 403}},
		{"GET", "/api/v1/cases/" + n, "", [6]int{401, 200, 404, 200, 404, 403}},
		{"GET", "/api/v1/cases/" + unrouted, "", [6]int{401, 404, 404, 200, 404, 403}},
		{"GET", "/api/v1/cases/AG-0000-0000-0000", "", [6]int{401, 404, 404, 404, 404, 403}},
		{"GET", "/api/v1/cases/x", "", [6]int{401, 404, 404, 404, 404, 403}},
		{"POST", "/api/v1/cases/" + n + "/actions", note, [6]int{401, 409, 404, 409, 404, 403}},
		{"GET", "/api/v1/figures", "", [6]int{401, 403, 403, 200, 200, 403}},
		{"GET", "/api/v1/figures/cases", "", [6]int{401, 403, 403, 200, 200, 403}},
		{"GET", "/api/v1/figures/cases?unit=883", "", [6]int{401, 403, 403, 200, 403, 403}},
		{"GET", "/api/v1/board", "", [6]int{401, 403, 403, 200, 403, 200}},
		{"GET", "/api/v1/users", "", [6]int{401, 403, 403, 403, 403, 200}},
		{"POST", "/api/v1/users", `{}`, [6]int{401, 403, 403, 403, 403, 422}},
		{"POST", "/api/v1/users/lan/actions", `{}`, [6]int{401, 403, 403, 403, 403, 422}},
		{"GET", "/api/v1/nothing", "", [6]int{404, 404, 404, 404, 404, 404}},
		{"PUT", "/api/v1/queue", "", [6]int{405, 405, 405, 405, 405, 405}},
	} {
		for i, who := range order {
			contentType := ""
			if c.body != "" {
				contentType = "application/json"
			}
			got := desks[who].do(c.method, c.path, contentType, c.body)
			if got.status != c.want[i] {
				t.Errorf("%s %s by %s: %d, want %d: %s", c.method, c.path, who, got.status, c.want[i], got.body)
			}
			if got.status >= 400 && got.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s by %s: %s", c.method, c.path, who, got.header.Get("Content-Type"))
			}
		}
	}
}

func TestForeignCaseLooksLikeNoCase(t *testing.T) {
	w := newWorld(t)
	r := w.report("884")
	c := w.login("lan", account.Officer, "883")
	foreign, none := c.get("/api/v1/cases/"+w.number(r)), c.get("/api/v1/cases/AG-0000-0000-0000")
	if foreign.status != http.StatusNotFound || foreign.body != none.body {
		t.Errorf("foreign: %d %s\nnone: %s", foreign.status, foreign.body, none.body)
	}
	claim := map[string]any{"type": "claim", "expect": 1}
	foreign, none = c.act(w.number(r), claim), c.act("AG-0000-0000-0000", claim)
	if foreign.status != http.StatusNotFound || foreign.body != none.body {
		t.Errorf("foreign: %d %s\nnone: %s", foreign.status, foreign.body, none.body)
	}
	if got, err := w.journal.Case(t.Context(), r.ID); err != nil || got.Last != 1 {
		t.Errorf("the case is %+v, %v", got.Status, err)
	}
	if got := c.get("/api/v1/cases/" + strings.ToLower(string(r.ID))); got.status != http.StatusNotFound {
		t.Errorf("by another spelling: %d", got.status)
	}
}

func TestQueuesAndFiguresShowTheUnitsBeneathOnly(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.report("883")
	}
	w.report("884", func(r *report.Report) { r.Category, r.Urgent = "robbery", true })
	w.report("")
	top, district := w.login("hung", account.Supervisor, "89"), w.login("thu", account.Supervisor, "884")
	officer := w.login("lan", account.Officer, "883")
	top.sees("", 5)
	top.sees("unit=89", 5)
	top.sees("unit=884", 1)
	top.sees("urgent=true", 1)
	top.sees("category=theft", 4)
	top.sees("state=received", 1)
	district.sees("", 1)
	officer.sees("", 3)
	type queues struct {
		Queues []struct {
			Unit                                      string
			Open, Routed, Claimed, Urgent, Unanswered int
			Oldest                                    *string `json:"oldest_received_at"`
		}
	}
	if got := read[queues](t, top.get("/api/v1/queues"), 200); len(got.Queues) != 12 {
		t.Errorf("top sees %d queues", len(got.Queues))
	}
	got := read[queues](t, district.get("/api/v1/queues"), 200)
	if len(got.Queues) != 1 || got.Queues[0].Unit != "884" || got.Queues[0].Urgent != 1 || got.Queues[0].Oldest == nil {
		t.Errorf("district sees %+v", got.Queues)
	}
	type figures struct {
		All    struct{ Received int }
		ByUnit []struct{ Unit string } `json:"by_unit"`
	}
	if f := read[figures](t, district.get("/api/v1/figures?days=7"), 200); f.All.Received != 1 || len(f.ByUnit) != 1 {
		t.Errorf("district's figures: %+v", f)
	}
	if f := read[figures](t, top.get("/api/v1/figures"), 200); f.All.Received != 5 || len(f.ByUnit) != 12 {
		t.Errorf("top's figures: %+v", f)
	}
}

func TestBadRequestsAreExplained(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	path := "/api/v1/cases/" + w.number(r) + "/actions"
	c := w.login("lan", account.Officer, "883")
	jsonType := "application/json"
	for _, x := range []struct {
		method, path, kind, body string
		status                   int
		field, code              string
	}{
		{"GET", "/api/v1/queue?state=closed", "", "", 422, "state", "unknown_value"},
		{"GET", "/api/v1/queue?order=random", "", "", 422, "order", "unknown_value"},
		{"GET", "/api/v1/queue?limit=0", "", "", 422, "limit", "out_of_range"},
		{"GET", "/api/v1/queue?limit=9999", "", "", 422, "limit", "out_of_range"},
		{"GET", "/api/v1/queue?mine=perhaps", "", "", 422, "mine", "unknown_value"},
		{"GET", "/api/v1/queue?cursor=xyz", "", "", 422, "cursor", "bad_cursor"},
		{"POST", path, "text/plain", `{}`, 415, "", "unsupported_media_type"},
		{"POST", path, jsonType, `{`, 400, "body", "not_json"},
		{"POST", path, jsonType, `{} {}`, 400, "body", "trailing_data"},
		{"POST", path, jsonType, "{\"text\":\"\xff\"}", 400, "body", "broken_text"},
		{"POST", path, jsonType, `{"type":"claim","expect":1,"x":1}`, 422, "x", "unknown_field"},
		{"POST", path, jsonType, `{"type":"claim","expect":"1"}`, 422, "expect", "wrong_type"},
		{"POST", path, jsonType, `{"type":"claim"}`, 422, "expect", "required"},
		{"POST", path, jsonType, `{"type":"burn","expect":1}`, 422, "type", "unknown_value"},
		{"POST", path, jsonType, `{"type":"note","expect":1}`, 422, "text", "required"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":" \n "}`, 422, "text", "required"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":"` + strings.Repeat("ệ", 2001) + `"}`, 422, "text", "too_long"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":"a\u0000b"}`, 422, "text", "control_character"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":"a\u202eb"}`, 422, "text", "bidi_control"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":"a<b>c</b>"}`, 422, "text", "markup"},
		{"POST", path, jsonType, `{"type":"note","expect":1,"text":"a\ud800b"}`, 422, "text", "broken_text"},
		{"POST", path, jsonType, `{"type":"transfer","expect":1,"text":"x"}`, 422, "unit", "required"},
		{"POST", path, jsonType, `{"type":"transfer","expect":1,"text":"x","unit":"999"}`, 422, "unit", "unknown_unit"},
		{"POST", path, jsonType, `{"type":"transfer","expect":1,"text":"x","unit":"89"}`, 422, "unit", "no_queue"},
		{"POST", path, jsonType, `{"type":"transfer","expect":1,"text":"x","unit":"883"}`, 422, "unit", "same_unit"},
		{"POST", path, jsonType, `{"type":"resolve","expect":1,"text":"x"}`, 422, "outcome", "required"},
		{"POST", path, jsonType, `{"type":"resolve","expect":1,"text":"x","outcome":"won"}`, 422, "outcome", "unknown_value"},
		{"POST", path, jsonType, `"` + strings.Repeat("x", 70<<10) + `"`, 413, "", "too_large"},
	} {
		got := c.do(x.method, x.path, x.kind, x.body)
		p := read[problem](t, got, x.status)
		if x.field == "" {
			if p.Code != x.code {
				t.Errorf("%s: code is %s", x.body[:min(80, len(x.body))], p.Code)
			}
			continue
		}
		if len(p.Errors) == 0 || p.Errors[0].Field != x.field || p.Errors[0].Code != x.code {
			t.Errorf("%s %s: %s", x.path, x.body[:min(80, len(x.body))], got.body)
		} else if p.Errors[0].Message == "" || strings.HasPrefix(p.Errors[0].Message, "field.") {
			t.Errorf("no text for %s", x.code)
		}
	}
	english := c.do("POST", path, jsonType, `{"type":"note","expect":1}`, func(r *http.Request) { r.Header.Set("Accept-Language", "en-GB,en;q=0.9") })
	if p := read[problem](t, english, 422); p.Errors[0].Message != "Please fill this in." {
		t.Errorf("in English: %s", english.body)
	}
	cross := c.do("POST", path, jsonType, `{"type":"claim","expect":1}`, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	if p := read[problem](t, cross, 403); p.Code != "cross_origin" {
		t.Errorf("from another site: %s", cross.body)
	}
	if got, err := w.journal.Case(t.Context(), r.ID); err != nil || got.Last != 1 {
		t.Errorf("something was stored: %+v, %v", got.Status, err)
	}
}
