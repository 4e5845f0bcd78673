package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/report"
)

// damageable is a service whose documents a test can change, with one report.
func damageable(t *testing.T) (e embeddedtest.Engines, s *service, c contract, receipt string, id report.ID) {
	t.Helper()
	e = embeddedtest.Start(t)
	s = startOn(t, e.MongoDB)
	c = newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	receipt, id = s.reported(t)
	return e, s, c, receipt, id
}

// track looks a case up and holds the answer to the document.
func (s *service) track(t *testing.T, c contract, receipt string) (tracked, answer) {
	t.Helper()
	sent := fmt.Sprintf(`{"receipt":%q}`, receipt)
	got := s.post(t, "/api/v1/track", sent).expect(t, http.StatusOK)
	c.holds(t, got, sent)
	return into[tracked](t, got), got
}

// says writes to the police and holds the answer to the document.
func (s *service) says(t *testing.T, c contract, receipt, text string, status int) answer {
	t.Helper()
	sent := fmt.Sprintf(`{"receipt":%q,"text":%q}`, receipt, text)
	got := s.post(t, "/api/v1/track/messages", sent).expect(t, status)
	c.holds(t, got, sent)
	return got
}

func (a answer) shows(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%q is not in\n%s", text, a.body)
		}
	}
}

func (a answer) hides(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("%q is in\n%s", text, a.body)
		}
	}
}

func TestTheReporterOfADamagedReportReadsTheReplyAndWritesBack(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(embeddedtest.Engines, report.ID){
		"unreadable": func(e embeddedtest.Engines, id report.ID) {
			e.Change(t, "reports", string(id), map[string]any{"narrative": int32(1)})
		},
		"gone": func(e embeddedtest.Engines, id report.ID) { e.Remove(t, "reports", string(id)) },
	} {
		e, s, c, receipt, id := damageable(t)
		s.act(t, id, life[0], life[2], life[3])
		if _, sound := s.track(t, c, receipt); strings.Contains(sound.body, "damaged") {
			t.Errorf("a sound case is said to be damaged: %s", sound.body)
		}
		damage(e, id)
		s.act(t, id, report.Action{Type: report.Replied, Actor: officer, Text: "Bạn kể lại giúp nhé?"})
		v, _ := s.track(t, c, receipt)
		if !v.Damaged || v.Status != "claimed" || v.Unit.Code != "883" || v.types() != "received routed transferred acknowledged replied" ||
			len(v.Messages) != 1 || v.Messages[0].Text != "Bạn kể lại giúp nhé?" {
			t.Errorf("%s: %+v", name, v)
		}
		known := v.Category != nil && *v.Category == "theft" && v.ReceivedAt.Equal(evening)
		if gone := name == "gone"; gone == known || gone && v.Category != nil {
			t.Errorf("%s: salvaged were %v, %v", name, v.Category, v.ReceivedAt)
		}
		for path, notice := range map[string]string{
			"/theo-doi": "Một phần phản ánh của bạn tạm thời chưa hiển thị được", "/en/track": "Part of your report cannot be shown at the moment",
		} {
			page := s.submit(t, path, "receipt="+receipt).expect(t, http.StatusOK)
			page.shows(t, notice, "Bạn kể lại giúp nhé?", `<textarea id="text"`)
		}
		v = into[tracked](t, s.says(t, c, receipt, "Xe tôi màu đỏ.", http.StatusCreated))
		if last := v.Messages[len(v.Messages)-1]; !v.Damaged || last.From != "resident" || last.Text != "Xe tôi màu đỏ." {
			t.Errorf("%s: after the answer %+v", name, v)
		}
		written := s.submit(t, "/theo-doi", url.Values{"receipt": {receipt}, "step": {"answer"}, "text": {"Có dán hình ở đuôi."}}.Encode())
		written.expect(t, http.StatusCreated).shows(t, "Tin nhắn của bạn đã được gửi.", "Có dán hình ở đuôi.", "Một phần phản ánh của bạn")
		if v, _ := s.track(t, c, receipt); len(v.Messages) != 3 {
			t.Errorf("%s: %d messages", name, len(v.Messages))
		}
	}
}

func TestWhatCannotBeSalvagedIsSaidToBeUnknown(t *testing.T) {
	t.Parallel()
	e, s, c, receipt, id := damageable(t)
	e.Change(t, "reports", string(id), map[string]any{"category": int32(1), "received_at": "hôm nay"})
	v, _ := s.track(t, c, receipt)
	if !v.Damaged || v.Category != nil || v.ReceivedAt != nil || v.UpdatedAt != nil || v.types() != "received" {
		t.Errorf("%+v", v)
	}
	s.submit(t, "/theo-doi", "receipt="+receipt).expect(t, http.StatusOK).shows(t, "<dt>Việc gì</dt><dd>Không rõ</dd>", "<dt>Nhận lúc</dt><dd>Không rõ</dd>", "Đang chuyển đến đơn vị")
	english := s.submit(t, "/en/track", "receipt="+receipt).expect(t, http.StatusOK)
	english.shows(t, "<dt>What</dt><dd>Unknown</dd>", "<dt>Received at</dt><dd>Unknown</dd>")
	english.hides(t, "0001")
	s.act(t, id, life[0])
	if v, _ := s.track(t, c, receipt); v.ReceivedAt == nil || v.types() != "received routed" {
		t.Errorf("once routed: %+v", v)
	}
	s.says(t, c, receipt, "Xin chào", http.StatusCreated)
}

func TestACaseWithADamagedActionIsShownUpToItAndTakesNoMessage(t *testing.T) {
	t.Parallel()
	e, s, c, receipt, id := damageable(t)
	s.act(t, id, life[0], life[2], life[3], life[4])
	damaged := report.ActionEntryID(id, 3)
	e.Change(t, "actions", damaged, map[string]any{"at": "hôm nay"})
	v, _ := s.track(t, c, receipt)
	if !v.Damaged || v.Status != "routed" || v.types() != "received routed transferred" || len(v.Messages) != 0 || *v.Category != "theft" {
		t.Errorf("%+v", v)
	}
	page := s.submit(t, "/theo-doi", "receipt="+receipt).expect(t, http.StatusOK)
	page.shows(t, "Một phần phản ánh của bạn", "đến trước chỗ bị lỗi", "có thể chưa phải là mới nhất", `form="again"`, `id="again"`)
	page.hides(t, "<textarea", "Khi công an trả lời, bạn sẽ thấy ở đây", "Bạn có nhớ biển số không?")

	p := into[problem](t, s.says(t, c, receipt, "Xin chào", http.StatusInternalServerError))
	if p.Code != "unreadable" || !strings.Contains(p.Detail, "Tin nhắn chưa được lưu") {
		t.Errorf("the resident is told %+v", p)
	}
	if !strings.Contains(s.logs.String(), damaged) {
		t.Error("the log does not say which entry")
	}
	refused := s.submit(t, "/theo-doi", url.Values{"receipt": {receipt}, "step": {"answer"}, "text": {"Tôi nhớ ra biển số."}}.Encode())
	refused.expect(t, http.StatusInternalServerError).shows(t, "Tin nhắn chưa được lưu", "Tôi nhớ ra biển số.", "Một phần phản ánh của bạn")
	if found := s.stored(t); found.Actions != 3 { // beside the damaged one
		t.Errorf("%d actions", found.Actions)
	}
}

func TestACaseWhoseFirstActionIsDamagedDoesNotClaimToBeOnItsWay(t *testing.T) {
	t.Parallel()
	e, s, c, receipt, id := damageable(t)
	s.act(t, id, life[0])
	e.Change(t, "actions", report.ActionEntryID(id, 1), map[string]any{"schema": int32(9)})
	e.Remove(t, "reports", string(id))
	v, _ := s.track(t, c, receipt)
	if !v.Damaged || v.Unit != nil || v.Category != nil || v.ReceivedAt != nil {
		t.Errorf("%+v", v)
	}
	page := s.submit(t, "/theo-doi", "receipt="+receipt).expect(t, http.StatusOK)
	page.shows(t, "<dt>Đơn vị phụ trách</dt><dd>Không rõ</dd>")
	page.hides(t, "Đang chuyển đến đơn vị")
}

func TestADamagedReportSentAgainIsSaidToBeThere(t *testing.T) {
	t.Parallel()
	e, s, c, receipt, id := damageable(t)
	e.Change(t, "reports", string(id), map[string]any{"schema": int32(9)})
	got := s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusInternalServerError)
	c.holds(t, got, good)
	if p := into[problem](t, got); p.Code != "unreadable" || !strings.Contains(p.Detail, "Chúng tôi có phản ánh của bạn") {
		t.Errorf("the resident is told %+v", p)
	}
	if !strings.Contains(s.logs.String(), string(id)) {
		t.Error("the log does not say which entry")
	}
	confirm := url.Values{"step": {"confirm"}, "receipt": {receipt}}.Encode()
	s.submit(t, "/en/report", confirm).expect(t, http.StatusInternalServerError).shows(t, "We have your report")
}
