package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

type tracked struct {
	CaseNumber string `json:"case_number"`
	Damaged    bool
	Category   *string
	Status     string
	Unit       *struct{ Code, Name string }
	ReceivedAt *time.Time `json:"received_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
	Outcome    *string
	Timeline   []struct {
		Type, Outcome string
		Unit          *struct{ Code string }
	}
	Messages []struct{ From, Text string }
}

func (v tracked) types() string {
	var all []string
	for _, e := range v.Timeline {
		all = append(all, e.Type)
	}
	return strings.Join(all, " ")
}

// reported sends a report and returns its receipt and ID.
func (s *service) reported(t testing.TB) (receipt string, id report.ID) {
	t.Helper()
	a := into[accepted](t, s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated))
	id, err := report.ParseCaseNumber("AG", a.CaseNumber)
	if err != nil {
		t.Fatal(err)
	}
	return a.Receipt, id
}

// life is everything that can happen to a case.
var life = []report.Action{
	{Type: report.Routed, Actor: triage, Unit: "89-TB", Evidence: &report.Evidence{Rule: "duty_desk", RunnerUp: "883"}},
	{Type: report.Noted, Actor: officer, Text: "ghi chú nội bộ"},
	{Type: report.Transferred, Actor: officer, Unit: "883", Text: "lý do chuyển nội bộ"},
	{Type: report.Claimed, Actor: officer},
	{Type: report.Replied, Actor: officer, Text: "Bạn có nhớ biển số không?"},
	{Type: report.Released, Actor: officer},
	{Type: report.Claimed, Actor: officer},
	{Type: report.Resolved, Actor: officer, Outcome: report.Handled, Text: "Đã tìm thấy xe."},
	{Type: report.Reopened, Actor: officer, Text: "lý do mở lại nội bộ"},
	{Type: report.Claimed, Actor: officer},
	{Type: report.Resolved, Actor: officer, Outcome: report.Referred, Text: "Đã chuyển cơ quan khác."},
}

func TestTheReceiptShowsTheCaseWithoutWhatIsInternal(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	receipt, id := s.reported(t)
	sent := fmt.Sprintf(`{"receipt":%q}`, receipt)
	fresh := s.post(t, "/api/v1/track", sent).expect(t, http.StatusOK)
	c.holds(t, fresh, sent)
	if v := into[tracked](t, fresh); v.Status != "received" || v.Unit != nil || v.Outcome != nil || v.types() != "received" {
		t.Errorf("before routing: %+v", v)
	}
	s.act(t, id, life...)
	typed := fmt.Sprintf(`{"receipt":%q}`, " "+strings.ToLower(strings.ReplaceAll(receipt, "-", " ")))
	got := s.post(t, "/api/v1/track", typed, "Accept-Language", "en").expect(t, http.StatusOK)
	c.holds(t, got, typed)
	v := into[tracked](t, got)
	if v.Status != "resolved" || v.Unit.Name != "Long Xuyên City Police" || *v.Outcome != "referred" {
		t.Errorf("%+v", v)
	}
	if want := "received routed transferred acknowledged replied resolved reopened resolved"; v.types() != want {
		t.Errorf("timeline %s", v.types())
	}
	if len(v.Messages) != 3 || v.Messages[2].From != "police" || v.Messages[2].Text != "Đã chuyển cơ quan khác." {
		t.Errorf("messages %+v", v.Messages)
	}
	page := s.submit(t, "/theo-doi", "receipt="+receipt).expect(t, http.StatusOK)
	for _, shown := range []string{got.body, page.body} {
		for _, internal := range []string{"nội bộ", "Bình", "binh", "duty_desk", receipt} {
			if internal == receipt && shown == page.body {
				continue // the page's own form carries it
			}
			if strings.Contains(shown, internal) {
				t.Errorf("%q is shown:\n%s", internal, shown)
			}
		}
	}
}

func TestAnAnswerOpensAResolvedCaseAndIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	receipt, id := s.reported(t)
	s.act(t, id, life...)
	sent := fmt.Sprintf(`{"receipt":%q,"text":" Xe lại mất.\r\n"}`, receipt)
	first := s.post(t, "/api/v1/track/messages", sent, "Idempotency-Key", key2).expect(t, http.StatusCreated)
	c.holds(t, first, sent)
	v := into[tracked](t, first)
	if v.Status != "routed" || v.Outcome != nil || !strings.HasSuffix(v.types(), "resolved answered reopened") {
		t.Errorf("%+v", v)
	}
	if last := v.Messages[len(v.Messages)-1]; last.From != "resident" || last.Text != "Xe lại mất." {
		t.Errorf("message %+v", last)
	}
	again := s.post(t, "/api/v1/track/messages", sent, "Idempotency-Key", key2).expect(t, http.StatusCreated)
	if again.body != first.body {
		t.Errorf("a repeat changed the case:\n%s\n%s", first.body, again.body)
	}
	without := s.post(t, "/api/v1/track/messages", sent).expect(t, http.StatusCreated)
	if n := len(into[tracked](t, without).Messages); n != len(v.Messages)+1 {
		t.Errorf("%d messages", n)
	}
}

func TestAnswersAtTheSameTimeAreAllStored(t *testing.T) {
	t.Parallel()
	s := start(t)
	receipt, id := s.reported(t)
	s.act(t, id, life[0])
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 2 { // each one twice
				for {
					sent := fmt.Sprintf(`{"receipt":%q,"text":"Tin %d"}`, receipt, i)
					got := s.post(t, "/api/v1/track/messages", sent, "Idempotency-Key", fmt.Sprintf("message-key-%08d", i))
					if got.StatusCode == http.StatusCreated {
						break
					}
					if got.StatusCode != http.StatusServiceUnavailable {
						t.Errorf("%d %s", got.StatusCode, got.body)
						break
					}
				}
			}
		})
	}
	all.Wait()
	v := into[tracked](t, s.post(t, "/api/v1/track", fmt.Sprintf(`{"receipt":%q}`, receipt)))
	if len(v.Messages) != 8 {
		t.Errorf("%d messages", len(v.Messages))
	}
}

func TestBadLookupsAndMessagesAreExplainedAndNotStored(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	receipt, _ := s.reported(t)
	unknown := "00000-00000-00000-00000"
	for _, tt := range []struct {
		name, path, body string
		status           int
		code, field      string
	}{
		{"malformed receipt", "/api/v1/track", `{"receipt":"ABC"}`, 422, "invalid", "receipt"},
		{"no receipt", "/api/v1/track", `{}`, 422, "invalid", "receipt"},
		{"wrong type", "/api/v1/track", `{"receipt":5}`, 422, "invalid", "receipt"},
		{"unknown receipt", "/api/v1/track", `{"receipt":"` + unknown + `"}`, 404, "unknown_receipt", ""},
		{"unknown field", "/api/v1/track", `{"receipt":"` + unknown + `","x":1}`, 422, "invalid", "x"},
		{"message to nobody", "/api/v1/track/messages", `{"receipt":"` + unknown + `","text":"Xin chào"}`, 404, "unknown_receipt", ""},
		{"no text", "/api/v1/track/messages", `{"receipt":"` + receipt + `","text":" \n "}`, 422, "invalid", "text"},
		{"long text", "/api/v1/track/messages", `{"receipt":"` + receipt + `","text":"` + strings.Repeat("ế", 2001) + `"}`, 422, "invalid", "text"},
		{"script", "/api/v1/track/messages", `{"receipt":"` + receipt + `","text":"<script>x</script>"}`, 422, "invalid", "text"},
		{"bidi", "/api/v1/track/messages", `{"receipt":"` + receipt + `","text":"a\u202eb"}`, 422, "invalid", "text"},
		{"too large", "/api/v1/track/messages", `{"receipt":"` + receipt + `","text":"` + strings.Repeat("x", 70<<10) + `"}`, 413, "too_large", ""},
	} {
		got := s.post(t, tt.path, tt.body).expect(t, tt.status)
		c.holds(t, got, tt.body)
		p := into[problem](t, got)
		if p.Code != tt.code || tt.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != tt.field) {
			t.Errorf("%s: %s", tt.name, got.body)
		}
	}
	s.send(t, http.MethodPost, "/api/v1/track", `receipt=`+receipt, "Content-Type", "application/x-www-form-urlencoded").expect(t, http.StatusUnsupportedMediaType)
	s.post(t, "/api/v1/track/messages", `{"receipt":"`+receipt+`","text":"x"}`, "Idempotency-Key", "short").expect(t, http.StatusBadRequest)
	if found := s.stored(t); found.Actions != 0 {
		t.Errorf("%d actions", found.Actions)
	}
}

func TestListsCanBeCached(t *testing.T) {
	t.Parallel()
	s := startOn(t, "mongodb://127.0.0.1:1/")
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	for _, path := range []string{"/api/v1/categories", "/api/v1/jurisdiction"} {
		got := s.send(t, http.MethodGet, path, "").expect(t, http.StatusOK)
		c.holds(t, got, "")
		tag := got.Header.Get("ETag")
		if tag == "" || got.Header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: %v", path, got.Header)
		}
		s.send(t, http.MethodGet, path, "", "If-None-Match", tag).expect(t, http.StatusNotModified)
	}
	all := into[struct{ Communes, Districts []struct{ Code string } }](t, s.send(t, http.MethodGet, "/api/v1/jurisdiction", ""))
	if len(all.Communes) != 156 || len(all.Districts) != 11 {
		t.Errorf("%d communes, %d districts", len(all.Communes), len(all.Districts))
	}
}

func TestAResidentWaitsForAnAnswerAfterTwentyMessages(t *testing.T) {
	t.Parallel()
	s := start(t)
	receipt, id := s.reported(t)
	say := func(want int) answer {
		return s.post(t, "/api/v1/track/messages", `{"receipt":"`+receipt+`","text":"Xin cho biết tình hình"}`).expect(t, want)
	}
	for range 20 {
		say(http.StatusCreated)
	}
	if got := say(http.StatusTooManyRequests); !strings.Contains(got.body, "too_many_messages") {
		t.Errorf("%s", got.body)
	}
	s.act(t, id, life[0], report.Action{Type: report.Claimed, Actor: officer}, report.Action{Type: report.Replied, Actor: officer, Text: "Chúng tôi đang xem."})
	say(http.StatusCreated)
}
