package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/report"
)

// giveUp is what triage appends when it cannot route a report.
func (w *world) giveUp(id report.ID, unit string) {
	w.t.Helper()
	w.append(report.Entry{Action: &report.Action{
		Report: id, N: 1, Type: report.Routed, At: report.Instant(w.config(nil, nil).Now()),
		Actor: report.Actor{Kind: report.System}, Unit: unit,
		Evidence: &report.Evidence{Rule: "failed", Method: "none", Reasons: []string{"routing_failed"}, Jurisdiction: w.territory.Version()},
	}})
}

func TestADamagedReportIsWorkedByTheDutyDesk(t *testing.T) {
	w := newWorld(t)
	c := newContract(w)
	desk := c.enter("truc", account.Officer, "89-TB")
	r := w.report("")
	w.engines.Change(t, "reports", string(r.ID), map[string]any{"narrative": int32(1)})
	w.giveUp(r.ID, "89-TB")
	n := w.number(r)
	desk.sees("", 1)
	eventually(t, "the mark in the queue", func() bool {
		return slices.Equal(desk.sees("", 1).Cases[0].Damaged, []string{string(r.ID)})
	})
	got := read[caseOf](t, desk.get("/api/v1/cases/"+n), http.StatusOK)
	if got.Report.Narrative != "" || !slices.Equal(got.Case.Damaged, []string{string(r.ID)}) || got.Case.Category != "theft" ||
		!got.Case.ReceivedAt.Equal(r.ReceivedAt) || len(got.Actions) != 1 || !slices.Equal(got.Allowed, []string{"claim", "note", "transfer"}) {
		t.Errorf("the case is %+v", got)
	}
	desk.does(n, map[string]any{"type": "claim", "expect": 1})
	if p := desk.sees("mine=true", 1); !slices.Equal(p.Cases[0].Damaged, []string{string(r.ID)}) {
		t.Errorf("the queue hides the damage: %+v", p.Cases[0])
	}
	desk.does(n, map[string]any{"type": "note", "expect": 2, "text": "Đã hỏi bộ phận kỹ thuật nguyên văn."})
	got = desk.does(n, map[string]any{"type": "resolve", "expect": 3, "text": "Chúng tôi đã liên hệ với bạn.", "outcome": "handled"})
	if got.Case.State != "resolved" {
		t.Errorf("resolved: %+v", got.Case)
	}
}

func TestACaseWithADamagedActionTakesNoOther(t *testing.T) {
	w := newWorld(t)
	c := newContract(w)
	lan := c.enter("lan", account.Officer, "883")
	w.account("hung", account.Supervisor, "89")
	r := w.report("883")
	n := w.number(r)
	lan.sees("", 1)
	lan.does(n, map[string]any{"type": "claim", "expect": 1})
	lan.does(n, map[string]any{"type": "note", "expect": 2, "text": "Tôi biết khu vực này."})
	damaged := report.ActionEntryID(r.ID, 2)
	w.engines.Change(t, "actions", damaged, map[string]any{"schema": int32(9)})
	got := read[caseOf](t, lan.get("/api/v1/cases/"+n), http.StatusOK)
	if got.Report.Narrative != r.Narrative || got.Case.State != "routed" || len(got.Actions) != 1 || len(got.Allowed) != 0 || !slices.Equal(got.Case.Damaged, []string{damaged}) {
		t.Errorf("the case is %+v", got)
	}
	for _, action := range []map[string]any{
		{"type": "claim", "expect": 1}, {"type": "note", "expect": 3, "text": "Ghi chú"}, {"type": "transfer", "expect": 1, "unit": "884", "text": "Lý do."},
	} {
		p := lan.refused(n, action, http.StatusConflict, "damaged")
		if p.Case == nil || !slices.Equal(p.Case.Case.Damaged, []string{damaged}) || !strings.Contains(p.Detail, "bộ phận kỹ thuật (người quản lý máy chủ và cơ sở dữ liệu)") {
			t.Errorf("the officer is told %+v", p)
		}
	}
	// A desk that starts now, or compares its board with the journal, marks it.
	w.restart(func() {})
	lan, hung := w.loginAs("lan"), w.loginAs("hung")
	eventually(t, "the mark in the queue", func() bool {
		p := lan.sees("", 1)
		return slices.Equal(p.Cases[0].Damaged, []string{damaged}) && p.Cases[0].State == "routed"
	})
	if b := read[boardOf](t, hung.get("/api/v1/board"), http.StatusOK); b.Damaged != 1 || b.Cases != 1 || b.Open != 1 {
		t.Errorf("the board is %+v", b)
	}
}

type boardOf struct {
	Cases, Open, Damaged, Gaps int
	Digest                     string
	Rebuilt, Following         bool
	Position                   *struct{ Sequence uint64 }
}

func TestBoardsOfTwoReplicasHaveOneDigest(t *testing.T) {
	w := newWorld(t)
	hung := w.login("hung", account.Supervisor, "89")
	for range 20 {
		w.report("883")
	}
	hung.sees("", 20)
	first := w.desk
	w.checkpoint = ""
	w.start()
	other := w.loginAs("hung")
	if first.URL() == w.desk.URL() {
		t.Fatal("one desk")
	}
	eventually(t, "the same digest", func() bool {
		a, b := read[boardOf](t, hung.get("/api/v1/board"), http.StatusOK), read[boardOf](t, other.get("/api/v1/board"), http.StatusOK)
		return a.Digest == b.Digest && a.Cases == 20 && b.Rebuilt && b.Following && b.Position != nil
	})
}
