package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/paths"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/desk/internal/api"
	"github.com/phananh/portal/services/desk/texts"
)

// contract is the document that the desk serves. It holds all that passes
// between a client and the desk to it, and keeps what was answered.
type contract struct {
	t        *testing.T
	w        *world
	model    *v3.Document
	v        validator.Validator
	answered map[string]bool // as "GET /api/v1/queue 200"
}

func newContract(w *world) *contract {
	w.t.Helper()
	doc, err := libopenapi.NewDocument([]byte(w.client().get("/openapi.json").body))
	if err != nil {
		w.t.Fatal(err)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		w.t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc, config.WithFormatAssertions())
	if len(errs) > 0 {
		w.t.Fatal(errs)
	}
	return &contract{t: w.t, w: w, model: &model.Model, v: v, answered: map[string]bool{}}
}

// watched is a client whose requests and answers are held to the document.
func (c *contract) watched() *client {
	client := c.w.client()
	client.http.Transport = watcher{c, client.http.Transport}
	return client
}

// enter makes an account and logs in as it.
func (c *contract) enter(username string, role account.Role, unit string) *client {
	c.t.Helper()
	c.w.account(username, role, unit)
	client := c.watched()
	read[map[string]any](c.t, client.post("/api/v1/session", map[string]any{"username": username, "password": password}), http.StatusOK)
	return client
}

type watcher struct {
	*contract
	next http.RoundTripper
}

func (w watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	again := func(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
	r = r.Clone(r.Context())
	r.Body = again(sent)
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	held := *resp // a stream's body has no end: its events are looked at one by one
	held.Body = http.NoBody
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		got, err := io.ReadAll(resp.Body)
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, err
		}
		resp.Body, held.Body = again(got), again(got)
	}
	if r.Body = again(sent); resp.StatusCode < 300 { // what the desk took must be allowed
		if ok, errs := w.v.ValidateHttpRequestSync(r); !ok {
			w.t.Errorf("taken, but not by the document: %s %s %s\n%s", r.Method, r.URL, sent, faults(errs))
		}
	}
	r.Body = again(sent)
	if ok, errs := w.v.ValidateHttpResponse(r, &held); !ok {
		w.t.Errorf("answer is not by the document: %s %s\n%s", r.Method, r.URL, faults(errs))
	}
	_, _, path := paths.FindPath(r, w.model, config.NewValidationOptions())
	w.answered[fmt.Sprint(r.Method, " ", path, " ", resp.StatusCode)] = true
	return resp, nil
}

func faults(errs []*errors.ValidationError) string {
	var b strings.Builder
	for _, e := range errs {
		b.WriteString(e.Error() + "\n")
		for _, s := range e.SchemaValidationErrors {
			b.WriteString("  " + s.Error() + "\n")
		}
	}
	return b.String()
}

// fits checks a value in JSON against a schema.
func (c *contract) fits(what string, schema *base.SchemaProxy, value []byte) {
	c.t.Helper()
	check := schema_validation.NewSchemaValidator(config.WithFormatAssertions())
	if ok, errs := check.ValidateSchemaBytesWithVersion(schema.Schema(), value, 3.1); !ok {
		c.t.Errorf("%s: %s\n%s", what, faults(errs), value)
	}
}

func TestEveryRouteIsDocumentedAndNoOther(t *testing.T) {
	c := newContract(newWorld(t))
	e := httpd.NewEngine(slog.New(slog.DiscardHandler), 0, func(*gin.Context) {})
	api.New(api.Config{Jurisdiction: c.w.territory}).Register(e)
	httpd.NewHealth().Register(e)
	parameter := regexp.MustCompile(`:\w+|\{\w+\}`)
	var existing, documented []string
	for _, r := range e.Routes() {
		existing = append(existing, r.Method+" "+parameter.ReplaceAllString(r.Path, "{}"))
	}
	for path, item := range c.model.Paths.PathItems.FromOldest() {
		for method := range item.GetOperations().KeysFromOldest() {
			documented = append(documented, strings.ToUpper(method)+" "+parameter.ReplaceAllString(path, "{}"))
		}
	}
	slices.Sort(existing)
	slices.Sort(documented)
	if !slices.Equal(documented, existing) {
		t.Errorf("documented: %q\nexisting:   %q", documented, existing)
	}
}

func TestTheDocumentIsValidAndSoAreItsExamples(t *testing.T) {
	c := newContract(newWorld(t))
	if ok, errs := c.v.ValidateDocument(); !ok {
		t.Error(faults(errs))
	}
	for path, item := range c.model.Paths.PathItems.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			if op.RequestBody != nil {
				for _, m := range op.RequestBody.Content.FromOldest() {
					c.illustrates(method+" "+path, m)
				}
			}
			for status, resp := range op.Responses.Codes.FromOldest() {
				for _, m := range resp.Content.FromOldest() {
					c.illustrates(method+" "+path+" "+status, m)
				}
			}
		}
	}
}

// illustrates checks that a body is shown by examples, and that they are right.
func (c *contract) illustrates(what string, m *v3.MediaType) {
	c.t.Helper()
	var examples []any
	if m.Example != nil {
		examples = append(examples, decoded(c.t, m.Example))
	}
	for _, x := range m.Examples.FromOldest() {
		examples = append(examples, decoded(c.t, x.Value))
	}
	if len(examples) == 0 {
		c.t.Errorf("%s: no example", what)
	}
	for _, x := range examples {
		raw, err := json.Marshal(x)
		if err != nil {
			c.t.Fatal(err)
		}
		c.fits("example of "+what, m.Schema, raw)
	}
}

func decoded(t *testing.T, node interface{ Decode(any) error }) (v any) {
	t.Helper()
	if err := node.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheDocumentNamesEveryCode(t *testing.T) {
	c := newContract(newWorld(t))
	raw, err := texts.Files.ReadFile("vi.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	problem := c.model.Components.Schemas.GetOrZero("Problem").Schema().Properties
	field := problem.GetOrZero("errors").Schema().Items.A.Schema().Properties
	for prefix, schema := range map[string]*base.SchemaProxy{"problem.": problem.GetOrZero("code"), "field.": field.GetOrZero("code")} {
		var used, documented []string
		for key := range words {
			if code, ok := strings.CutPrefix(key, prefix); ok {
				used = append(used, code)
			}
		}
		for _, node := range schema.Schema().Enum {
			documented = append(documented, node.Value)
		}
		slices.Sort(used)
		slices.Sort(documented)
		if !slices.Equal(used, documented) {
			t.Errorf("%s: documented %q\nused %q", prefix, documented, used)
		}
	}
}

func TestAnswersAreByTheDocument(t *testing.T) {
	w := newWorld(t)
	c := newContract(w)
	n := w.number(w.report("883", func(r *report.Report) {
		r.Place.Point, r.OccurredAt = &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20}, report.Instant(time.Now().Add(-time.Hour))
	}))
	second := w.number(w.report("883", func(r *report.Report) { r.Contact = report.Contact{} }))
	w.report("")
	lan, minh := c.enter("lan", account.Officer, "883"), c.enter("minh", account.Officer, "883")
	hung, quan := c.enter("hung", account.Supervisor, "89"), c.enter("quan", account.Admin, "89")
	hung.sees("", 3)

	for _, path := range []string{"/openapi.json", "/livez", "/readyz", "/api/v1/session", "/api/v1/catalogue"} {
		lan.get(path)
	}
	events := listen(c, lan)
	hung.sees("unit=883&state=routed&category=theft&urgent=false&mine=false&unanswered=false&order=oldest&limit=2", 2)
	p := lan.sees("limit=1&order=newest", 2)
	lan.sees("limit=1&order=newest&cursor="+*p.Next, 2)
	lan.get("/api/v1/queue?limit=0")
	hung.get("/api/v1/queues")
	hung.get("/api/v1/board")
	lan.get("/api/v1/cases/" + n)
	lan.get("/api/v1/cases/AG-0000-0000-0000")

	for _, step := range []struct {
		by     *client
		number string
		action map[string]any
		status int
	}{
		{lan, n, map[string]any{"type": "claim", "expect": 1}, 201},
		{minh, n, map[string]any{"type": "claim", "expect": 1}, 409},
		{minh, n, map[string]any{"type": "claim", "expect": 2}, 409},
		{minh, n, map[string]any{"type": "reply", "expect": 2, "text": "Chào bạn."}, 403},
		{lan, n, map[string]any{"type": "resolve", "expect": 2}, 422},
		{lan, n, map[string]any{"type": "reply", "expect": 2, "text": "Chào bạn, chúng tôi đang xác minh."}, 201},
		{minh, n, map[string]any{"type": "note", "expect": 3, "text": "Tôi biết khu vực này."}, 201},
		{lan, n, map[string]any{"type": "resolve", "expect": 4, "text": "Đã tìm thấy xe.", "outcome": "handled"}, 201},
		{hung, n, map[string]any{"type": "reopen", "expect": 5, "text": "Có thêm tình tiết mới."}, 201},
		{lan, n, map[string]any{"type": "claim", "expect": 6}, 201},
		{lan, n, map[string]any{"type": "release", "expect": 7}, 201},
		{lan, second, map[string]any{"type": "transfer", "expect": 1, "unit": "884", "text": "Xảy ra ở Châu Đốc."}, 201},
		{lan, second, map[string]any{"type": "claim", "expect": 2}, 404},
	} {
		if got := step.by.act(step.number, step.action); got.status != step.status {
			t.Errorf("%v: %d, want %d: %s", step.action, got.status, step.status, got.body)
		}
	}
	events.until("gone")
	if !events.seen["case"] {
		t.Error("the stream did not tell of the claim")
	}

	hung.get("/api/v1/figures?days=7")
	hung.get("/api/v1/figures?days=90&category=theft")
	hung.get("/api/v1/figures?days=8")
	for _, set := range []string{"received", "open", "measured", "running", "late"} {
		hung.get("/api/v1/figures/cases?days=90&unit=89&category=theft&clock=resolve&limit=200&set=" + set)
	}
	p = read[pageOf](t, hung.get("/api/v1/figures/cases?clock=resolve&set=running&limit=1"), http.StatusOK)
	hung.get("/api/v1/figures/cases?clock=resolve&set=running&limit=1&cursor=" + *p.Next)
	hung.get("/api/v1/figures/cases?clock=route")

	made := map[string]any{"username": "thu", "name": "Võ Thị Thu", "role": "officer", "unit": "884", "password": password}
	quan.post("/api/v1/users", made)
	quan.post("/api/v1/users", made)
	quan.get("/api/v1/users")
	for _, kind := range []string{"disable", "disable", "enable", "password"} {
		quan.post("/api/v1/users/thu/actions", map[string]any{"type": kind, "password": "một con vịt khác hẳn"})
	}
	quan.post("/api/v1/users/nobody/actions", map[string]any{"type": "enable"})
	c.refusals(n, lan, quan)
	lan.do(http.MethodDelete, "/api/v1/session", "", "")
	c.covered()
}

// refusals sends to every address what nobody may send, and sends as somebody
// who may not: admins see no cases, officers manage no accounts.
func (c *contract) refusals(number string, officer, admin *client) {
	crossSite := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	for path, item := range c.model.Paths.PathItems.FromOldest() {
		address := strings.NewReplacer("{case_number}", number, "{username}", "lan").Replace(path)
		may, mayNot := officer, admin
		if strings.HasPrefix(path, "/api/v1/users") || path == "/api/v1/board" {
			may, mayNot = admin, officer
		}
		for method := range item.GetOperations().KeysFromOldest() {
			method = strings.ToUpper(method)
			c.watched().do(method, address, "application/json", `{"username":"nobody","password":"nothing"}`)
			mayNot.do(method, address, "application/json", `{}`, crossSite)
			if method != http.MethodPost {
				continue
			}
			for kind, body := range map[string]string{"text/plain": `{}`, "application/json": `{`, "application/json; charset=utf-8": `{"x":1}`, "application/JSON": `"` + strings.Repeat("x", 70<<10) + `"`} {
				may.do(method, address, kind, body)
			}
		}
	}
}

// covered checks that whatever the document says can be answered was, but for
// faults of the service.
func (c *contract) covered() {
	c.t.Helper()
	for path, item := range c.model.Paths.PathItems.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			for status := range op.Responses.Codes.KeysFromOldest() {
				if at := strings.ToUpper(method) + " " + path + " " + status; status < "500" && !c.answered[at] {
					c.t.Errorf("never answered: %s", at)
				}
			}
		}
	}
}

// listener reads an event stream.
type listener struct {
	*contract
	lines *bufio.Scanner
	seen  map[string]bool
}

func listen(c *contract, client *client) *listener {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, client.url+"/api/v1/events", http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := client.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = resp.Body.Close() })
	return &listener{c, bufio.NewScanner(resp.Body), map[string]bool{}}
}

// until holds events to the document up to the first one of a name.
func (l *listener) until(name string) {
	l.t.Helper()
	event := ""
	for !l.seen[name] && l.lines.Scan() {
		if e, ok := strings.CutPrefix(l.lines.Text(), "event: "); ok {
			event = e
		} else if data, ok := strings.CutPrefix(l.lines.Text(), "data: "); ok {
			l.fits("event", l.model.Components.Schemas.GetOrZero("Event"), fmt.Appendf(nil, `{"event":%q,"data":%s}`, event, data))
			l.seen[event] = true
		}
	}
	if !l.seen[name] {
		l.t.Fatalf("the stream ended without %s: %v", name, l.lines.Err())
	}
}
