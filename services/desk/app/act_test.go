package app_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/report"
)

// does performs an action that must succeed and returns the case after it.
func (c *client) does(number string, action map[string]any) caseOf {
	c.t.Helper()
	return read[caseOf](c.t, c.act(number, action), http.StatusCreated)
}

// refused performs an action that must be refused.
func (c *client) refused(number string, action map[string]any, status int, code string) problem {
	c.t.Helper()
	p := read[problem](c.t, c.act(number, action), status)
	if p.Code != code {
		c.t.Errorf("%v: code is %s, want %s", action, p.Code, code)
	}
	return p
}

func TestCaseIsWorkedFromClaimToReopening(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	n := w.number(r)
	lan, minh := w.login("lan", account.Officer, "883"), w.login("minh", account.Officer, "883")
	lan.sees("state=routed", 1)

	start := read[caseOf](t, lan.get("/api/v1/cases/"+n), http.StatusOK)
	if start.Report.Narrative != r.Narrative || !slices.Equal(start.Allowed, []string{"claim", "note", "transfer"}) || !start.Clocks["acknowledge"].Running || start.Clocks["route"].Running {
		t.Errorf("case is %+v", start)
	}
	lan.refused(n, map[string]any{"type": "reply", "expect": 1, "text": "Chào bạn"}, 409, "not_allowed")
	got := lan.does(n, map[string]any{"type": "claim", "expect": 1})
	if got.Case.State != "claimed" || got.Case.Assignee.Username != "lan" || got.Case.Assignee.Name != "Đồng chí lan" || got.Case.Last != 2 || got.Clocks["acknowledge"].Running {
		t.Errorf("claimed: %+v", got.Case)
	}
	if p := lan.sees("state=claimed&mine=true", 1); p.Cases[0].Assignee.Name != "Đồng chí lan" { // no waiting: read your own writes
		t.Errorf("queue: %+v", p.Cases)
	}
	minh.sees("mine=true", 0)
	minh.refused(n, map[string]any{"type": "reply", "expect": 2, "text": "Chào bạn"}, 403, "not_yours")
	minh.refused(n, map[string]any{"type": "resolve", "expect": 2, "text": "Xong", "outcome": "handled"}, 403, "not_yours")
	if p := minh.refused(n, map[string]any{"type": "claim", "expect": 1}, 409, "conflict"); p.Case == nil || p.Case.Case.Assignee.Username != "lan" {
		t.Errorf("conflict shows %+v", p.Case)
	}
	minh.does(n, map[string]any{"type": "note", "expect": 2, "text": "Tôi biết khu vực này."})
	got = lan.does(n, map[string]any{"type": "reply", "expect": 3, "text": "  Chào bạn,\r\nchúng tôi đang xác minh.  "})
	if a := got.Actions[3]; a.Text != "Chào bạn,\nchúng tôi đang xác minh." || a.Actor.Username != "lan" || a.Actor.Unit != "883" {
		t.Errorf("reply is %+v", a)
	}
	w.append(report.Entry{Action: &report.Action{
		Report: r.ID, N: 5, Type: report.Answered, At: report.Instant(r.ReceivedAt.AddDate(0, 0, 1)),
		Actor: report.Actor{Kind: report.Resident}, Text: "Cảm ơn, tôi chờ.",
	}})
	lan.sees("unanswered=true", 1)
	got = lan.does(n, map[string]any{"type": "release", "expect": 5})
	if got.Case.State != "routed" || got.Case.Assignee != nil {
		t.Errorf("released: %+v", got.Case)
	}
	minh.does(n, map[string]any{"type": "claim", "expect": 6})
	got = minh.does(n, map[string]any{"type": "resolve", "expect": 7, "text": "Đã tìm thấy xe và trao trả.", "outcome": "handled"})
	if got.Case.State != "resolved" || *got.Case.Outcome != "handled" || got.Clocks["resolve"].Running || !slices.Equal(got.Allowed, []string{"note", "reopen"}) {
		t.Errorf("resolved: %+v %v", got.Case, got.Allowed)
	}
	minh.refused(n, map[string]any{"type": "claim", "expect": 8}, 409, "not_allowed")
	minh.sees("", 0)
	minh.sees("state=resolved&mine=true", 1)
	got = lan.does(n, map[string]any{"type": "reopen", "expect": 8, "text": "Có thêm tình tiết mới."})
	if got.Case.State != "routed" || got.Case.Outcome != nil || !got.Clocks["resolve"].Running {
		t.Errorf("reopened: %+v", got.Case)
	}
}

func TestOneOfTwentyOfficersWinsTheClaim(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	const officers = 20
	lan := w.login("lan", account.Officer, "883")
	clients := make([]*client, officers)
	for i := range clients { // one account in many browsers: the claim is what is raced for
		clients[i] = w.client()
		clients[i].http.Jar = lan.http.Jar
	}
	lan.sees("", 1)
	answers := make([]answer, officers)
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() { answers[i] = c.act(w.number(r), map[string]any{"type": "claim", "expect": 1}) })
	}
	all.Wait()
	won := 0
	for _, a := range answers {
		if a.status == http.StatusCreated {
			won++
			continue
		}
		if p := read[problem](t, a, http.StatusConflict); p.Code != "conflict" || p.Case == nil || p.Case.Case.State != "claimed" || p.Case.Case.Last != 2 {
			t.Errorf("a loser is told %s", a.body)
		}
	}
	if won != 1 {
		t.Errorf("%d have won", won)
	}
}

func TestTransferLeavesTheOfficersReach(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	n := w.number(r)
	here, there := w.login("lan", account.Officer, "883"), w.login("minh", account.Officer, "884")
	above := w.login("hung", account.Supervisor, "89")
	here.sees("", 1)
	here.does(n, map[string]any{"type": "claim", "expect": 1})
	if got := here.does(n, map[string]any{"type": "transfer", "expect": 2, "unit": "884", "text": "Sự việc xảy ra ở Châu Đốc."}); !got.Gone {
		t.Errorf("answer is %+v", got)
	}
	here.sees("", 0)
	if got := here.get("/api/v1/cases/" + n); got.status != http.StatusNotFound {
		t.Errorf("still seen: %d", got.status)
	}
	if p := there.sees("", 1); p.Cases[0].Transfers != 1 || p.Cases[0].Assignee != nil || p.Cases[0].State != "routed" {
		t.Errorf("arrived as %+v", p.Cases[0])
	}
	if got := above.does(n, map[string]any{"type": "transfer", "expect": 3, "unit": "89-TB", "text": "Trực ban xem lại."}); got.Gone || got.Case.Unit != "89-TB" {
		t.Errorf("supervisor's answer is %+v", got.Case)
	}
}

func TestActionIsNeverEarlierThanTheOneBefore(t *testing.T) {
	w := newWorld(t)
	r := w.report("883", func(r *report.Report) { r.ReceivedAt = report.Instant(r.ReceivedAt.AddDate(0, 0, 1)) })
	c := w.login("lan", account.Officer, "883") // its clock is a day behind
	c.does(w.number(r), map[string]any{"type": "claim", "expect": 1})
	got, err := w.journal.Case(t.Context(), r.ID)
	if err != nil || got.Actions[1].At.Before(got.Actions[0].At) {
		t.Errorf("%v, %v", got.Actions, err)
	}
}

func TestUnavailableJournalIsSaidSo(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	c := w.login("lan", account.Officer, "883")
	c.sees("", 1)
	if err := w.journal.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := c.act(w.number(r), map[string]any{"type": "claim", "expect": 1})
	if p := read[problem](t, got, http.StatusServiceUnavailable); p.Code != "try_again" || got.header.Get("Retry-After") == "" {
		t.Errorf("answer is %s", got.body)
	}
	if got := c.get("/readyz"); got.status != http.StatusServiceUnavailable {
		t.Errorf("ready: %s", got.body)
	}
	if got := c.get("/livez"); got.status != http.StatusOK {
		t.Errorf("alive: %d", got.status)
	}
	w.journal, w.bus = w.connect() // for the cleanups
}
