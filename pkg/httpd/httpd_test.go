package httpd_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"
	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func texts(t *testing.T) *catalogue.Catalogue {
	c, err := catalogue.Load(fstest.MapFS{
		"vi.json": {Data: []byte(`{"problem.bad": "Dữ liệu chưa đúng", "problem.internal": "Lỗi hệ thống", "field.short": "Cần ít nhất {min} ký tự"}`)},
		"en.json": {Data: []byte(`{"problem.bad": "Not valid", "problem.internal": "Internal error", "field.short": "At least {min} characters"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask sends a request to an engine with one route.
func ask(t *testing.T, log *slog.Logger, r *http.Request, handle func(*gin.Context)) *httptest.ResponseRecorder {
	t.Helper()
	e := httpd.NewEngine(log, 100, func(c *gin.Context) { httpd.Fail(c, texts(t), errors.New("panic")) })
	e.Any("/x", handle)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestProblemsSayWhatIsWrongInTheAskedLanguage(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/x", nil)
	r.Header.Set("Accept-Language", "en-GB")
	w := ask(t, slog.New(slog.DiscardHandler), r, func(c *gin.Context) {
		httpd.Fail(c, texts(t), &httpd.Problem{
			Status: 422, Code: "bad", RetryAfter: 2, Members: map[string]any{"extra": 1},
			Fields: []httpd.Field{{Name: "narrative", Code: "short", Pairs: []string{"min", "10"}}},
		})
	})
	var doc struct {
		Status       int
		Code, Detail string
		Extra        int
		Errors       []struct{ Field, Code, Message string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if w.Code != 422 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Retry-After") != "2" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if doc.Status != 422 || doc.Code != "bad" || doc.Detail != "Not valid" || doc.Extra != 1 || len(doc.Errors) != 1 || doc.Errors[0].Message != "At least 10 characters" {
		t.Errorf("%+v", doc)
	}
}

func TestAnInternalErrorAndAPanicNeverShowTheirCause(t *testing.T) {
	var log strings.Builder
	for name, handle := range map[string]gin.HandlerFunc{
		"error": func(c *gin.Context) { httpd.Fail(c, texts(t), errors.New("password is hunter2")) },
		"panic": func(*gin.Context) { panic("password is hunter2") },
	} {
		w := ask(t, slog.New(slog.NewTextHandler(&log, nil)), httptest.NewRequest(http.MethodGet, "/x?secret=1", nil), handle)
		if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if strings.Contains(log.String(), "secret=1") || !strings.Contains(log.String(), "hunter2") {
		t.Errorf("log: %s", log.String())
	}
}

func TestBodiesAreLimited(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(strings.Repeat("x", 101)))
	ask(t, slog.New(slog.DiscardHandler), r, func(c *gin.Context) {
		var tooLarge *http.MaxBytesError
		if _, err := io.ReadAll(c.Request.Body); !errors.As(err, &tooLarge) {
			t.Errorf("got %v", err)
		}
	})
}

func TestReadinessSaysWhichCheckFails(t *testing.T) {
	var failing error
	h := httpd.NewHealth(httpd.Check{Name: "journal", Test: func(context.Context) error { return failing }})
	e := httpd.NewEngine(slog.New(slog.DiscardHandler), 0, func(*gin.Context) {})
	h.Register(e)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	if code, _ := get("/readyz"); code != 200 {
		t.Errorf("ready: %d", code)
	}
	failing = errors.New("mongodb://user:hunter2@db is away")
	if code, body := get("/readyz"); code != 503 || !strings.Contains(body, `"journal":"failing"`) || strings.Contains(body, "hunter2") {
		t.Errorf("failing: %d %s", code, body)
	}
	failing = nil
	h.Closing()
	if code, _ := get("/readyz"); code != 503 {
		t.Errorf("closing: %d", code)
	}
	if code, _ := get("/livez"); code != 200 {
		t.Errorf("live: %d", code)
	}
}

func TestClosingWaitsForRunningRequestsThenCutsOff(t *testing.T) {
	begun, release := make(chan struct{}, 2), make(chan struct{})
	s, err := httpd.Start("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		select {
		case <-release:
			_, _ = io.WriteString(w, "done")
		case <-r.Context().Done():
		}
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer := make(chan string, 1)
	go func() {
		resp, err := client.Get(s.URL())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer func() { _ = resp.Body.Close() }()
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	<-begun
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := <-answer; got != "done" {
		t.Errorf("the running request got %q", got)
	}
	<-s.Done()
	if s.Err() != nil {
		t.Error(s.Err())
	}
}

func TestHeadIsAnsweredAsGetWithoutABody(t *testing.T) {
	e := httpd.NewEngine(slog.New(slog.DiscardHandler), 0, func(*gin.Context) {})
	httpd.NewHealth().Register(e)
	s, err := httpd.Start("127.0.0.1:0", e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Head(s.URL() + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if b, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || len(b) != 0 || resp.ContentLength != 3 {
		t.Errorf("%d, %d bytes, length %d", resp.StatusCode, len(b), resp.ContentLength)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
