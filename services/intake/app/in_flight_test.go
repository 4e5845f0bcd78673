package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/counter"
)

// elsewhere is a journal to which another process is just writing the report.
type elsewhere struct{ counter.Journal }

func (elsewhere) Pin(context.Context, string, []byte) error  { return nil }
func (elsewhere) Append(context.Context, report.Entry) error { return journal.ErrConflict }
func (elsewhere) Report(context.Context, report.ID) (report.Report, error) {
	return report.Report{}, journal.ErrNotFound
}

func inFlight(t *testing.T) *gin.Engine {
	t.Helper()
	places, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	key, err := report.NewKey([]byte("a key for tests, of thirty-two b"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Jurisdiction: places, Key: key, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	window := counter.New(counter.Config{Journal: elsewhere{}, Jurisdiction: places, Key: key, Now: time.Now})
	engine, err := newEngine(cfg, window, httpd.NewHealth())
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestAReportInFlightElsewhereIsAConflictForProgramsThatSaysWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine := inFlight(t)
		for lang, says := range map[string]string{"vi": "đang được lưu", "en": "is being stored"} {
			r := httptest.NewRequest(http.MethodPost, "/api/v1/reports", strings.NewReader(`{"category":"theft","narrative":"Mất xe máy trước cổng chợ.","place":{"commune":"30280"}}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", "idempotency-key-0001")
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			engine.ServeHTTP(w, r)
			var doc struct{ Code, Detail string }
			if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			if w.Code != http.StatusConflict || w.Header().Get("Retry-After") != "1" || doc.Code != "in_flight" || !strings.Contains(doc.Detail, says) {
				t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
			}
		}
	})
}

func TestAReportInFlightElsewhereKeepsThePageAndSaysToSendAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		form := url.Values{
			"step": {"send"}, "submission_id": {"idempotency-key-0001"}, "category": {"theft"},
			"narrative": {"Mất xe máy trước cổng chợ."}, "commune": {"30280"},
		}
		r := httptest.NewRequest(http.MethodPost, "/gui-phan-anh", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		inFlight(t).ServeHTTP(w, r)
		page := w.Body.String()
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(page, "Gửi lại là an toàn") || !strings.Contains(page, `value="idempotency-key-0001"`) {
			t.Errorf("%d %v %s", w.Code, w.Header(), page)
		}
	})
}
