package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/app"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) { http.DefaultClient.CloseIdleConnections() }))
}

// evening is the fixed clock of the tests: 22:10 in An Giang.
var evening = time.Date(2026, 11, 23, 15, 10, 0, 0, time.UTC)

// service is a running intake with what a test looks into.
type service struct {
	*app.App
	journal *journal.Journal
	key     report.Key
	logs    *buffer
	told    *announcer
	client  *http.Client
	shift   atomic.Int64 // how far the service's clock is from evening, in nanoseconds
}

// buffer collects what is logged.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// announcer counts how often an entry was announced.
type announcer struct {
	mu   sync.Mutex
	seen map[string]int
}

func (a *announcer) Announce(_ context.Context, entries []report.Entry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range entries {
		a.seen[e.ID()]++
	}
	return nil
}

func (a *announcer) count(id string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.seen[id]
}

func start(t testing.TB) *service { return startOn(t, embeddedtest.Start(t).MongoDB) }

func startOn(t testing.TB, uri string) *service {
	t.Helper()
	s := &service{logs: &buffer{}, told: &announcer{seen: map[string]int{}}, client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 256},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	log := slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if s.journal, err = journal.Open(journal.Config{URI: uri, Database: embeddedtest.Database, Announcer: s.told, Log: log}); err != nil {
		t.Fatal(err)
	}
	if s.key, err = report.NewKey([]byte("a key for tests, of thirty-two b")); err != nil {
		t.Fatal(err)
	}
	places, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	s.App, err = app.Start(app.Config{
		Addr: "127.0.0.1:0", Journal: s.journal, Jurisdiction: places, Key: s.key, Log: log,
		Now: func() time.Time { return evening.Add(time.Duration(s.shift.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := s.journal.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (s *service) send(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(b)}
}

// post sends JSON to the API.
func (s *service) post(t testing.TB, path, body string, headers ...string) answer {
	t.Helper()
	return s.send(t, http.MethodPost, path, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// submit fills in a page's form and sends it.
func (s *service) submit(t testing.TB, path, body string) answer {
	t.Helper()
	return s.send(t, http.MethodPost, path, body, "Content-Type", "application/x-www-form-urlencoded")
}

func (a answer) expect(t testing.TB, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: status %d instead of %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

// into decodes a JSON answer.
func into[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}

type accepted struct {
	CaseNumber string    `json:"case_number"`
	Receipt    string    `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	Unit       struct{ Code, Name string }
}

type problem struct {
	Status int
	Code   string
	Detail string
	Errors []struct{ Field, Code, Message string }
}

// stored counts what is in the journal.
func (s *service) stored(t testing.TB) journal.Scanned {
	t.Helper()
	found, err := s.journal.Scan(t.Context(), func(report.Entry) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// act appends actions to a report as others would.
func (s *service) act(t testing.TB, id report.ID, actions ...report.Action) {
	t.Helper()
	c, err := s.journal.Salvage(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range actions {
		a.Report, a.N = id, c.Last+1
		if a.At.IsZero() {
			a.At = evening.Add(time.Duration(i+1) * time.Hour)
		}
		if err := c.Apply(a); err != nil {
			t.Fatal(err)
		}
		if err := s.journal.Append(t.Context(), report.Entry{Action: &a}); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	triage  = report.Actor{Kind: report.System}
	officer = report.Actor{Kind: report.Staff, User: "binh", Name: "Trần Văn Bình", Unit: "883"}
)

const (
	key1 = "idempotency-key-0001"
	key2 = "idempotency-key-0002"
	good = `{"category":"theft","narrative":"Mất xe máy trước cổng chợ.","place":{"commune":"30280"}}`
)
