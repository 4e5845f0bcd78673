package app_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
)

func TestAReportIsStoredAsItWasSent(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	body := `{"category":"robbery","narrative":"  Hai người giật túi\r\nrồi chạy.  ",` +
		`"place":{"district":"883","commune":"30280","address":"gần   chợ","point":{"lat":10.38,"lon":105.43,"accuracy_m":20}},` +
		`"occurred_at":"2026-11-23T22:09:00+07:00","ongoing":true,` +
		`"contact":{"name":"Nguyễn Văn A","phone":"+84 912.345-678","email":"a@example.com"},"language":"en"}`
	got := s.post(t, "/api/v1/reports", body, "Idempotency-Key", key1, "Accept-Language", "en").expect(t, http.StatusCreated)
	c.holds(t, got, body)
	a := into[accepted](t, got)
	if a.Unit.Code != "883" || a.Unit.Name != "Long Xuyên City Police" || !a.ReceivedAt.Equal(evening) {
		t.Errorf("answer %+v", a)
	}
	id, err := report.ParseCaseNumber("AG", a.CaseNumber)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.journal.Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	point := r.Place.Point
	r.Place.Point, r.Digest = nil, nil
	want := report.Report{
		ID: id, Category: "robbery", Urgent: true, Narrative: "Hai người giật túi\nrồi chạy.",
		Place:      report.Place{District: "883", Commune: "30280", Address: "gần chợ"},
		OccurredAt: evening.Add(-time.Minute), Ongoing: true,
		Contact:  report.Contact{Name: "Nguyễn Văn A", Phone: "0912345678", Email: "a@example.com"},
		Language: "en", ReceivedAt: evening,
	}
	if fmt.Sprintf("%+v", r) != fmt.Sprintf("%+v", want) {
		t.Errorf("stored\n%+v instead of\n%+v", r, want)
	}
	if *point != (report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20}) {
		t.Errorf("point %+v", *point)
	}
}

func TestWhatCanBeLeftOutCanBeLeftOut(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	for i, tt := range []struct{ name, place, rest, unit string }{
		{"commune", `{"commune":"30280"}`, "", "883"},
		{"district alone", `{"district":"884"}`, "", "884"},
		{"address alone", `{"address":"gần chợ"}`, "", "89-TB"},
		{"point alone", `{"point":{"lat":0,"lon":0}}`, "", "89-TB"},
		{"unknown", `{"unknown":true}`, "", "89-TB"},
		{"less than and hearts", `{"unknown":true,"address":"3 < 4 <3"}`, "", "89-TB"},
		{"a time and ongoing", `{"unknown":true}`, `,"ongoing":true,"occurred_at":"2026-11-20T00:00:00Z"`, "89-TB"},
		{"a clock that is ahead", `{"unknown":true}`, `,"occurred_at":"2026-11-23T15:14:00Z"`, "89-TB"},
		{"a foreign number", `{"unknown":true}`, `,"contact":{"phone":"+855 12 345 678"}`, "89-TB"},
	} {
		body := `{"category":"theft","narrative":"Mất xe máy trước chợ."` + tt.rest + `,"place":` + tt.place + `}`
		got := s.post(t, "/api/v1/reports", body, "Idempotency-Key", fmt.Sprintf("idempotency-key-%04d", i))
		if got.StatusCode != http.StatusCreated {
			t.Errorf("%s: %d %s", tt.name, got.StatusCode, got.body)
			continue
		}
		c.holds(t, got, body)
		if a := into[accepted](t, got); a.Unit.Code != tt.unit {
			t.Errorf("%s: unit %s", tt.name, a.Unit.Code)
		}
	}
}

func TestBadReportsAreExplainedAndNotStored(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	with := func(field, value string) string {
		fields := map[string]string{"category": `"theft"`, "narrative": `"Mất xe máy trước chợ."`, "place": `{"commune":"30280"}`}
		fields[field] = value
		var parts []string
		for _, name := range []string{"category", "narrative", "place", field} {
			if v, ok := fields[name]; ok {
				parts = append(parts, fmt.Sprintf("%q:%s", name, v))
				delete(fields, name)
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	narrative := func(text string) string { return with("narrative", `"Mất xe máy trước chợ. `+text+`"`) }
	point := func(p string) string { return with("place", `{"point":`+p+`}`) }
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(good))
	_ = w.Close()

	for _, tt := range []struct {
		name, body  string
		status      int
		field, code string
		headers     []string
	}{
		{"empty body", ``, 400, "body", "not_json", nil},
		{"no JSON", `{"category":`, 400, "body", "not_json", nil},
		{"an array", `[]`, 422, "body", "wrong_type", nil},
		{"null", `null`, 422, "category", "required", nil},
		{"nothing in it", `{}`, 422, "place", "required", nil},
		{"trailing data", good + `{}`, 400, "body", "trailing_data", nil},
		{"unknown field", with("priority", `1`), 422, "priority", "unknown_field", nil},
		{"unknown field inside", with("place", `{"commune":"30280","province":"89"}`), 422, "province", "unknown_field", nil},
		{"wrong type", with("narrative", `17`), 422, "narrative", "wrong_type", nil},
		{"wrong type inside", point(`{"lat":"10","lon":105}`), 422, "place.point.lat", "wrong_type", nil},
		{"number beyond range", point(`{"lat":1e999,"lon":105}`), 422, "place.point.lat", "wrong_type", nil},
		{"not a number", point(`{"lat":NaN,"lon":105}`), 400, "body", "not_json", nil},
		{"unknown category", with("category", `"politics"`), 422, "category", "unknown_code", nil},
		{"unknown commune", with("place", `{"commune":"99999"}`), 422, "place.commune", "unknown_code", nil},
		{"unknown district", with("place", `{"district":"001"}`), 422, "place.district", "unknown_code", nil},
		{"commune of another district", with("place", `{"district":"884","commune":"30280"}`), 422, "place.commune", "other_district", nil},
		{"no place", with("place", `{}`), 422, "place", "required", nil},
		{"place that says nothing", with("place", `{"unknown":false,"address":"   "}`), 422, "place", "required", nil},
		{"latitude outside the earth", point(`{"lat":90.1,"lon":105}`), 422, "place.point.lat", "out_of_range", nil},
		{"longitude outside the earth", point(`{"lat":10,"lon":-180.1}`), 422, "place.point.lon", "out_of_range", nil},
		{"negative accuracy", point(`{"lat":10,"lon":105,"accuracy_m":-1}`), 422, "place.point.accuracy_m", "out_of_range", nil},
		{"one coordinate", point(`{"lat":10}`), 422, "place.point.lon", "required", nil},
		{"future", with("occurred_at", `"2026-11-23T15:16:00Z"`), 422, "occurred_at", "future", nil},
		{"before 2000", with("occurred_at", `"1999-12-31T12:00:00+07:00"`), 422, "occurred_at", "too_old", nil},
		{"no time", with("occurred_at", `"yesterday"`), 422, "occurred_at", "bad_time", nil},
		{"short narrative", with("narrative", `"Mất xe"`), 422, "narrative", "too_short", nil},
		{"blank narrative", with("narrative", `" \n\t          "`), 422, "narrative", "required", nil},
		{"long narrative", with("narrative", `"`+strings.Repeat("ế", 5001)+`"`), 422, "narrative", "too_long", nil},
		{"1 MB narrative", with("narrative", `"`+strings.Repeat("x", 1<<20)+`"`), 413, "", "", nil},
		{"over 64 KiB of blanks", good + strings.Repeat(" ", 65<<10), 413, "", "", nil},
		{"broken UTF-8", narrative("\xff\xfe"), 400, "body", "broken_text", nil},
		{"lone surrogate", narrative(`\ud800`), 422, "narrative", "broken_text", nil},
		{"NUL", narrative(`\u0000`), 422, "narrative", "control_character", nil},
		{"escape", narrative(`\u001b[31m`), 422, "narrative", "control_character", nil},
		{"C1 control", narrative(`\u009b1`), 422, "narrative", "control_character", nil},
		{"lone carriage return", narrative(`a\rb`), 422, "narrative", "control_character", nil},
		{"bidi override", narrative(`\u202etxt.exe`), 422, "narrative", "bidi_control", nil},
		{"bidi isolate", with("place", `{"address":"\u2066chợ"}`), 422, "place.address", "bidi_control", nil},
		{"script", narrative(`<script>alert(1)</script>`), 422, "narrative", "markup", nil},
		{"image", with("contact", `{"name":"<img src=x onerror=alert(1)>"}`), 422, "contact.name", "markup", nil},
		{"comment", with("place", `{"address":"<!-- x -->"}`), 422, "place.address", "markup", nil},
		{"long address", with("place", `{"address":"`+strings.Repeat("a", 301)+`"}`), 422, "place.address", "too_long", nil},
		{"long name", with("contact", `{"name":"`+strings.Repeat("a", 101)+`"}`), 422, "contact.name", "too_long", nil},
		{"phone", with("contact", `{"phone":"12-34"}`), 422, "contact.phone", "bad_phone", nil},
		{"phone with letters", with("contact", `{"phone":"0912345abc"}`), 422, "contact.phone", "bad_phone", nil},
		{"e-mail", with("contact", `{"email":"a@"}`), 422, "contact.email", "bad_email", nil},
		{"script as e-mail", with("contact", `{"email":"\"<script>alert(1)</script>\"@example.com"}`), 422, "contact.email", "markup", nil},
		{"turned e-mail", with("contact", `{"email":"a\u202Eb@example.com"}`), 422, "contact.email", "bidi_control", nil},
		{"unclosed tag", with("narrative", `"Mất xe máy <img src=x onerror=alert(1) ở chợ"`), 422, "narrative", "markup", nil},
		{"unseen narrative", with("narrative", `"`+strings.Repeat("\u200B", 11)+`"`), 422, "narrative", "required", nil},
		{"language", with("language", `"fr"`), 422, "language", "unknown_code", nil},
		{"no key", good, 400, "Idempotency-Key", "required", []string{}},
		{"short key", good, 400, "Idempotency-Key", "bad_key", []string{"Idempotency-Key", "short"}},
		{"long key", good, 400, "Idempotency-Key", "bad_key", []string{"Idempotency-Key", strings.Repeat("k", 65)}},
		{"key with a blank", good, 400, "Idempotency-Key", "bad_key", []string{"Idempotency-Key", "0123456789 0123456789"}},
		{"key beyond ASCII", good, 400, "Idempotency-Key", "bad_key", []string{"Idempotency-Key", "0123456789ế0123456789"}},
		{"two keys", good, 400, "Idempotency-Key", "bad_key", []string{"Idempotency-Key", key1, "Idempotency-Key", key2}},
		{"packed body", packed.String(), 415, "", "", []string{"Idempotency-Key", key1, "Content-Encoding", "gzip"}},
	} {
		headers := tt.headers
		if headers == nil {
			headers = []string{"Idempotency-Key", key1}
		}
		for _, lang := range []string{"vi", "en"} {
			got := s.post(t, "/api/v1/reports", tt.body, append(headers, "Accept-Language", lang)...)
			p := into[problem](t, got)
			if got.StatusCode != tt.status || got.Header.Get("Content-Type") != "application/problem+json" || got.Header.Get("Content-Language") != lang {
				t.Errorf("%s: %d %s", tt.name, got.StatusCode, got.body)
			}
			if strings.Contains(p.Detail, "problem.") {
				t.Errorf("%s: no text for %s", tt.name, p.Code)
			}
			c.holds(t, got, tt.body)
			found := tt.field == ""
			for _, e := range p.Errors {
				found = found || e.Field == tt.field && e.Code == tt.code
				if strings.HasPrefix(e.Message, "field.") || strings.Contains(e.Message, "{") {
					t.Errorf("%s: no text for %s", tt.name, e.Code)
				}
			}
			if !found {
				t.Errorf("%s: %s", tt.name, got.body)
			}
		}
	}
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		got := s.send(t, http.MethodPost, "/api/v1/reports", good, "Content-Type", contentType, "Idempotency-Key", key1)
		c.holds(t, got.expect(t, http.StatusUnsupportedMediaType), good)
	}
	s.send(t, http.MethodPut, "/api/v1/reports", good).expect(t, http.StatusMethodNotAllowed)
	s.send(t, http.MethodGet, "/api/v1/report", "").expect(t, http.StatusNotFound)
	if found := s.stored(t); found.Reports != 0 || found.Actions != 0 {
		t.Errorf("%d reports and %d actions are stored", found.Reports, found.Actions)
	}
}

func TestTheSameKeyIsTheSameReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	first := s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	same := `{ "place": {"commune":"30280"}, "language":"vi", "ongoing":false, "narrative":"Mất xe máy trước cổng chợ.\r\n", "category":"theft" }`
	again := s.post(t, "/api/v1/reports", same, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	if first.body != again.body {
		t.Errorf("%s\n%s", first.body, again.body)
	}
	other := s.post(t, "/api/v1/reports", strings.Replace(good, "Mất", "Thấy", 1), "Idempotency-Key", key1)
	c.holds(t, other.expect(t, http.StatusUnprocessableEntity), good)
	if p := into[problem](t, other); p.Code != "key_reused" {
		t.Errorf("code %s", p.Code)
	}
	second := s.post(t, "/api/v1/reports", good, "Idempotency-Key", key2).expect(t, http.StatusCreated)
	if into[accepted](t, first).Receipt == into[accepted](t, second).Receipt {
		t.Error("two keys, one receipt")
	}
	if found := s.stored(t); found.Reports != 2 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestAReportWhoseAnswerWasLostCanBeSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	address := strings.TrimPrefix(s.URL(), "http://")
	for range 20 {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(conn, "POST /api/v1/reports HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s", address, key1, len(good), good)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close() // before the answer
	}
	s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	if found := s.stored(t); found.Reports != 1 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestAThousandPostsOfOneKeyAreOneReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	const posts = 1000
	answers := make(chan string, posts)
	var all sync.WaitGroup
	for range posts {
		all.Go(func() {
			for { // as a client does that is told to try again
				got := s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1)
				if got.StatusCode != http.StatusServiceUnavailable {
					answers <- fmt.Sprint(got.StatusCode, " ", got.body)
					return
				}
			}
		})
	}
	all.Wait()
	close(answers)
	outcomes := map[string]int{}
	for got := range answers {
		outcomes[got]++
	}
	if len(outcomes) != 1 {
		t.Errorf("%d different answers: %v", len(outcomes), outcomes)
	}
	for got := range outcomes {
		if !strings.HasPrefix(got, "201 ") {
			t.Error(got)
		}
	}
	s.post(t, "/api/v1/reports", strings.Replace(good, "chợ", "đình", 1), "Idempotency-Key", key1).expect(t, http.StatusUnprocessableEntity)
	if found := s.stored(t); found.Reports != 1 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestARepeatAnnouncesAReportThatNothingHappenedTo(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := into[accepted](t, s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated))
	id, err := report.ParseCaseNumber("AG", a.CaseNumber)
	if err != nil {
		t.Fatal(err)
	}
	announced := func(times int) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); s.told.count(string(id)) < times; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("announced %d times instead of %d", s.told.count(string(id)), times)
			}
		}
	}
	announced(1)
	s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	announced(2)
	s.act(t, id, report.Action{Type: report.Routed, Actor: triage, Unit: "883"})
	s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	if n := s.told.count(string(id)); n != 2 {
		t.Errorf("announced %d times after it is routed", n)
	}
}
