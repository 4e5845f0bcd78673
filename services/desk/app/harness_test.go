package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/desk/app"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "ba con vịt xòe 2 cái cánh"

// world is engines, one replica of the desk, and what else a test acts as.
type world struct {
	t          *testing.T
	engines    embeddedtest.Engines
	journal    *journal.Journal
	bus        *bus.Bus
	territory  *jurisdiction.Jurisdiction
	directory  *account.Directory
	checkpoint string
	desk       *app.App
	reports    atomic.Int64
	late       time.Duration // how far the desk's clock is ahead
	key        report.Key
}

// newWorld starts everything; accounts are named after their role and unit.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, engines: embeddedtest.Start(t), checkpoint: filepath.Join(t.TempDir(), "board")}
	var err error
	if w.territory, err = jurisdiction.AnGiang(); err != nil {
		t.Fatal(err)
	}
	if w.key, err = report.NewKey(make([]byte, report.KeySize)); err != nil {
		t.Fatal(err)
	}
	w.journal, w.bus = w.connect()
	w.directory = account.NewDirectory(w.journal, time.Now, rand.Reader)
	w.start()
	return w
}

// connect opens a journal and a bus of their own, as another process would.
func (w *world) connect() (*journal.Journal, *bus.Bus) {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	b, err := bus.Connect(bus.Config{URL: w.engines.NATS, Log: log})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(b.Close)
	j, err := journal.Open(journal.Config{URI: w.engines.MongoDB, Database: embeddedtest.Database, Announcer: b, Log: log})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := j.Close(context.Background()); err != nil {
			w.t.Error(err)
		}
	})
	return j, b
}

// start starts the desk; the test's end stops it.
func (w *world) start() {
	w.t.Helper()
	desk, err := app.Start(w.t.Context(), w.config(w.journal, w.bus))
	if err != nil {
		w.t.Fatal(err)
	}
	w.desk = desk
	w.t.Cleanup(func() { w.stop(desk) })
}

func (w *world) config(j *journal.Journal, b *bus.Bus) app.Config {
	return app.Config{
		Addr: "127.0.0.1:0", Journal: j, Bus: b, Jurisdiction: w.territory, Checkpoint: w.checkpoint,
		UI:  fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>desk</title>")}, "assets/app-1a2b.js": {Data: bytes.Repeat([]byte("desk();"), 100)}},
		Log: slog.New(slog.NewTextHandler(logTo{w.t}, &slog.HandlerOptions{Level: slog.LevelError})),
		Now: func() time.Time { return time.Now().Add(w.late) },
	}
}

func (w *world) stop(desk *app.App) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := desk.Close(ctx); err != nil {
		w.t.Error(err)
	}
}

// logTo shows what the desk logs as an error, while the test runs.
type logTo struct{ t *testing.T }

func (l logTo) Write(b []byte) (int, error) {
	_, _ = fmt.Fprintf(os.Stderr, "%s: %s", l.t.Name(), b)
	return len(b), nil
}

func (w *world) account(username string, role account.Role, unit string) {
	w.t.Helper()
	_, err := w.directory.Add(w.t.Context(), "console", account.New{
		Username: username, Name: "Đồng chí " + username, Role: role, Unit: unit, Password: password,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// login makes an account and a client that is logged in as it.
func (w *world) login(username string, role account.Role, unit string) *client {
	w.t.Helper()
	w.account(username, role, unit)
	return w.loginAs(username)
}

func (w *world) loginAs(username string) *client {
	w.t.Helper()
	c := w.client()
	if got := c.post("/api/v1/session", map[string]any{"username": username, "password": password}); got.status != http.StatusOK {
		w.t.Fatalf("login of %s: %d %s", username, got.status, got.body)
	}
	return c
}

func (w *world) client() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	transport := &http.Transport{}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &client{t: w.t, http: &http.Client{Jar: jar, Transport: transport}, url: w.desk.URL()}
}

// report appends a report that is routed to a unit, or to none, and returns
// it. It does not wait for the desk to know.
func (w *world) report(unit string, change ...func(*report.Report)) report.Report {
	w.t.Helper()
	submission := fmt.Sprintf("submission-%d", w.reports.Add(1))
	r := report.Report{
		ID: w.key.ID(w.key.Receipt(submission)), Digest: []byte{1}, Category: "theft",
		Narrative: "Mất một chiếc xe máy trước cổng chợ lúc rạng sáng.",
		Place:     report.Place{District: "883", Commune: "30280", Address: "Số 1 đường Tôn Đức Thắng"},
		Contact:   report.Contact{Name: "Trần Văn Bình", Phone: "0900000000"},
		Language:  "vi", ReceivedAt: report.Instant(time.Now()),
	}
	for _, f := range change {
		f(&r)
	}
	w.append(report.Entry{Report: &r})
	if unit != "" {
		w.append(report.Entry{Action: &report.Action{
			Report: r.ID, N: 1, Type: report.Routed, At: report.Instant(r.ReceivedAt.Add(time.Millisecond)),
			Actor: report.Actor{Kind: report.System}, Unit: unit,
			Evidence: &report.Evidence{Rule: "commune", Method: "chosen", Commune: "30280", Confidence: 1, Jurisdiction: w.territory.Version()},
		}})
	}
	return r
}

func (w *world) append(e report.Entry) {
	w.t.Helper()
	if err := w.journal.Append(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) number(r report.Report) string { return r.ID.CaseNumber(w.territory.Prefix()) }

// client is a browser.
type client struct {
	t    *testing.T
	http *http.Client
	url  string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (c *client) do(method, path, contentType, body string, change ...func(*http.Request)) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, bytes.NewBufferString(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for _, f := range change {
		f(r)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func (c *client) get(path string) answer { c.t.Helper(); return c.do(http.MethodGet, path, "", "") }

func (c *client) post(path string, body any) answer {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(http.MethodPost, path, "application/json", string(raw))
}

// act posts an action on a case.
func (c *client) act(number string, action map[string]any) answer {
	c.t.Helper()
	return c.post("/api/v1/cases/"+number+"/actions", action)
}

// read decodes an answer that must have a status.
func read[T any](t *testing.T, a answer, status int) T {
	t.Helper()
	var v T
	if a.status != status {
		t.Fatalf("status is %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// The answers, as far as tests look at them.
type (
	row struct {
		CaseNumber string `json:"case_number"`
		Category   string
		State      string
		Unit       string
		Urgent     bool
		Last       int
		Outcome    *string
		Unanswered bool
		Transfers  int
		Assignee   *struct{ Username, Name string }
		Elapsed    float64
		ReceivedAt time.Time `json:"received_at"`
		Damaged    []string
	}
	pageOf struct {
		Cases []row
		Next  *string
		Total int
	}
	caseOf struct {
		Case    row
		Report  struct{ Narrative string }
		Actions []struct {
			N       int
			Type    string
			Text    string
			Outcome string
			Actor   struct{ Kind, Username, Name, Unit string }
		}
		Allowed []string
		Clocks  map[string]struct {
			Seconds float64
			Running bool
		}
		Gone bool
	}
	problem struct {
		Code   string
		Detail string
		Errors []struct{ Field, Code, Message string }
		Case   *caseOf
	}
)

// eventually polls until ok, or fails saying what was awaited.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(15 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("did not come to pass: %s", what)
		case <-tick.C:
		}
	}
}

// sees waits until a queue has a number of cases.
func (c *client) sees(query string, total int) pageOf {
	c.t.Helper()
	var p pageOf
	eventually(c.t, fmt.Sprintf("%d cases in queue?%s", total, query), func() bool {
		p = read[pageOf](c.t, c.get("/api/v1/queue?"+query), http.StatusOK)
		return p.Total == total
	})
	return p
}
