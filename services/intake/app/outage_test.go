package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const nowhere = "mongodb://127.0.0.1:1/"

func TestWithoutTheJournalEveryAnswerIsToTryAgainWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	receipt := s.key.Receipt(key1).Reveal()
	for _, tt := range []struct{ path, body string }{
		{"/api/v1/reports", good},
		{"/api/v1/track", `{"receipt":"` + receipt + `"}`},
		{"/api/v1/track/messages", `{"receipt":"` + receipt + `","text":"Xin chào"}`},
	} {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			got := s.post(t, tt.path, tt.body, "Idempotency-Key", key1).expect(t, http.StatusServiceUnavailable)
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("took %s", took)
			}
			c.holds(t, got, tt.body)
			if got.Header.Get("Retry-After") != "2" || into[problem](t, got).Code != "try_again" {
				t.Errorf("%v %s", got.Header, got.body)
			}
		})
	}
}

func TestWithoutTheJournalPagesKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	form := filled("vi")
	form.Set("step", "send")
	got := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusServiceUnavailable)
	for _, kept := range []string{`name="submission_id" value="` + key1 + `"`, "Gửi lại là an toàn", "Hai người lạ", `value="0912 345 678"`} {
		if !strings.Contains(got.body, kept) {
			t.Errorf("%q is not in the page", kept)
		}
	}
	if got.Header.Get("Retry-After") != "2" {
		t.Error("no Retry-After")
	}
	message := url.Values{"step": {"answer"}, "receipt": {s.key.Receipt(key1).Reveal()}, "message_id": {key2}, "text": {"Xe màu đỏ"}}
	got = s.submit(t, "/theo-doi", message.Encode()).expect(t, http.StatusServiceUnavailable)
	for _, kept := range []string{`name="message_id" value="` + key2 + `"`, ">Xe màu đỏ</textarea>"} {
		if !strings.Contains(got.body, kept) {
			t.Errorf("%q is not in the page", kept)
		}
	}
}

func TestReadinessSaysThatTheJournalFails(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	s.send(t, http.MethodGet, "/livez", "").expect(t, http.StatusOK)
	if got := s.send(t, http.MethodGet, "/readyz", "").expect(t, http.StatusServiceUnavailable); !strings.Contains(got.body, `"journal":"failing"`) {
		t.Error(got.body)
	}
}
