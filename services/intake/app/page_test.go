package app_test

import (
	"flag"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// random is what a page has that differs each time, version what differs with
// the static files.
var (
	random  = regexp.MustCompile(`(name="(?:submission_id|message_id)" value=")[A-Z2-7]{26}"`)
	version = regexp.MustCompile(`\?v=[0-9a-f]{12}"`)
)

func golden(t *testing.T, name string, got answer) {
	t.Helper()
	if key := regexp.MustCompile(`>\s*[a-z]+(\.[a-z0-9_]+)+\s*<`).FindString(got.body); key != "" {
		t.Errorf("%s: there is no text %s", name, key)
	}
	file := filepath.Join("testdata", name+".html")
	page := version.ReplaceAllString(random.ReplaceAllString(got.body, `${1}RANDOM"`), `?v=VERSION"`)
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if page != string(want) {
		t.Errorf("%s differs; if it is right, run the tests with -update and look at the difference", file)
	}
}

// filled is the form filled in completely.
func filled(lang string) url.Values {
	return url.Values{
		"submission_id": {key1}, "language": {lang}, "category": {"theft"},
		"narrative": {"Hai người lạ dắt xe máy của tôi ra đường.\r\n\r\nCamera nhà bên có quay."},
		"district":  {"883"}, "commune": {"30280"}, "address": {"12 Nguyễn Huệ"},
		"lat": {"10.38"}, "lon": {"105.43"}, "accuracy": {"25"},
		"when": {"earlier"}, "date": {"2026-11-22"}, "time": {"22:10"},
		"contact": {"named"}, "name": {"Nguyễn Thị A"}, "phone": {"0912 345 678"}, "email": {"a@example.com"},
	}
}

func TestPagesLookAsTheyDid(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, lang := range []string{"vi", "en"} {
		paths := map[string][3]string{"vi": {"/", "/gui-phan-anh", "/theo-doi"}, "en": {"/en", "/en/report", "/en/track"}}[lang]
		privacy := map[string]string{"vi": "/quyen-rieng-tu", "en": "/en/privacy"}[lang]
		golden(t, lang+"-start", s.send(t, http.MethodGet, paths[0], "").expect(t, http.StatusOK))
		golden(t, lang+"-privacy", s.send(t, http.MethodGet, privacy, "").expect(t, http.StatusOK))
		golden(t, lang+"-form", s.send(t, http.MethodGet, paths[1], "").expect(t, http.StatusOK))
		wrong := filled(lang)
		maps.Copy(wrong, url.Values{"category": {""}, "narrative": {"ngắn"}, "commune": {"30316"}, "date": {"31/02/2026"}, "phone": {"12"}, "lat": {"NaN"}})
		golden(t, lang+"-form-errors", s.submit(t, paths[1], wrong.Encode()).expect(t, http.StatusUnprocessableEntity))
		form := filled(lang)
		golden(t, lang+"-check", s.submit(t, paths[1], form.Encode()).expect(t, http.StatusOK))
		form.Set("step", "send")
		form.Set("submission_id", key1+lang)
		confirmation := s.submit(t, paths[1], form.Encode()).expect(t, http.StatusCreated)
		golden(t, lang+"-confirmation", confirmation)
		receipt := s.key.Receipt(key1 + lang)
		s.act(t, s.key.ID(receipt), life[:8]...)
		golden(t, lang+"-track", s.send(t, http.MethodGet, paths[2], "").expect(t, http.StatusOK))
		golden(t, lang+"-case", s.submit(t, paths[2], "receipt="+receipt.Reveal()).expect(t, http.StatusOK))
		golden(t, lang+"-not-found", s.send(t, http.MethodGet, strings.TrimSuffix(paths[0], "/")+"/nothing", "").expect(t, http.StatusNotFound))
	}
}

func TestTheConfirmationCanBeLoadedAgainAndInTheOtherLanguage(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := filled("vi")
	form.Set("step", "send")
	first := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusCreated)
	again := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusCreated)
	if first.body != again.body {
		t.Error("the confirmation changed")
	}
	receipt := s.key.Receipt(key1).Reveal()
	english := s.submit(t, "/en/report", url.Values{"step": {"confirm"}, "receipt": {receipt}}.Encode()).expect(t, http.StatusOK)
	for _, group := range strings.Split(receipt, "-") {
		if !strings.Contains(english.body, group) {
			t.Error("the receipt is not in the English confirmation")
		}
	}
	if found := s.stored(t); found.Reports != 1 {
		t.Errorf("%d reports", found.Reports)
	}
	form.Set("narrative", "Một nội dung khác hẳn lúc trước.")
	reused := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusUnprocessableEntity)
	if !strings.Contains(reused.body, "Một nội dung khác hẳn") || strings.Contains(reused.body, `value="`+key1+`"`) {
		t.Error("a changed form does not come again with a fresh ID")
	}
	s.submit(t, "/gui-phan-anh", url.Values{"step": {"confirm"}, "receipt": {"00000-00000-00000-00000"}}.Encode()).expect(t, http.StatusNotFound)
}

func TestTheFormAndTheAPIMakeTheSameReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := filled("vi")
	form.Set("step", "send")
	s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusCreated)
	body := `{"category":"theft","narrative":"Hai người lạ dắt xe máy của tôi ra đường.\n\nCamera nhà bên có quay.",` +
		`"place":{"district":"883","commune":"30280","address":"12 Nguyễn Huệ","point":{"lat":10.38,"lon":105.43,"accuracy_m":25}},` +
		`"occurred_at":"2026-11-22T15:10:00Z","contact":{"name":"Nguyễn Thị A","phone":"0912345678","email":"a@example.com"}}`
	s.post(t, "/api/v1/reports", body, "Idempotency-Key", key1).expect(t, http.StatusCreated)
	if found := s.stored(t); found.Reports != 1 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestFaultsOfTheFormAreMarkedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name   string
		change url.Values
		fields string // in the order of the summary
	}{
		{"nothing", url.Values{"category": {""}, "narrative": {""}, "district": {""}, "commune": {""}, "address": {""}, "lat": {""}, "lon": {""}}, "category narrative place"},
		{"commune elsewhere", url.Values{"district": {"884"}}, "commune"},
		{"unknown codes", url.Values{"category": {"x"}, "district": {"x"}, "commune": {"x"}}, "category district commune"},
		{"no date", url.Values{"date": {""}}, "date"},
		{"no time", url.Values{"time": {""}}, "time"},
		{"no such day", url.Values{"date": {"31/2/2026"}}, "date"},
		{"no such time", url.Values{"time": {"25:00"}}, "time"},
		{"future", url.Values{"date": {"24/11/2026"}}, "date"},
		{"long ago", url.Values{"date": {"1/1/1999"}}, "date"},
		{"named without a name", url.Values{"name": {" "}, "phone": {""}, "email": {""}}, "contact"},
		{"phone and e-mail", url.Values{"phone": {"x"}, "email": {"x"}}, "phone email"},
		{"one coordinate", url.Values{"lon": {""}}, "point"},
		{"infinite coordinate", url.Values{"lat": {"+Inf"}}, "point"},
		{"broken UTF-8", url.Values{"narrative": {"Mất xe máy \xff\xfe"}}, "narrative"},
		{"script", url.Values{"address": {"<script>alert(1)</script>"}}, "address"},
		{"bidi override", url.Values{"name": {"\u202Eabc"}}, "name"},
	} {
		for _, step := range []string{"check", "send"} {
			form := filled("vi")
			maps.Copy(form, tt.change)
			form.Set("step", step)
			got := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusUnprocessableEntity)
			var marked []string
			for _, m := range regexp.MustCompile(`<p class="error" id="([a-z]+)-error">`).FindAllStringSubmatch(got.body, -1) {
				marked = append(marked, m[1])
			}
			if strings.Join(marked, " ") != tt.fields {
				t.Errorf("%s: marked %q", tt.name, marked)
			}
			if n := strings.Count(got.body, `<li><a href="#`); n != len(marked) {
				t.Errorf("%s: %d faults in the summary", tt.name, n)
			}
			for _, m := range regexp.MustCompile(`<li><a href="#([a-z_-]+)"`).FindAllStringSubmatch(got.body, -1) {
				if !strings.Contains(got.body, `id="`+m[1]+`"`) {
					t.Errorf("%s: the summary links to %s, which is not there", tt.name, m[1])
				}
			}
			if !strings.Contains(got.body, "<title>Lỗi: ") || strings.Contains(got.body, "<script>alert") {
				t.Errorf("%s: title or escaping", tt.name)
			}
			if _, changed := tt.change["email"]; !changed && !strings.Contains(got.body, `value="a@example.com"`) {
				t.Errorf("%s: what was typed is lost", tt.name)
			}
		}
	}
	if found := s.stored(t); found.Reports != 0 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestDatesCanBeTypedAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	for _, date := range []string{"2026-11-22", "22/11/2026", "22-11-2026", "22.11.2026"} {
		for _, at := range []string{"22:10", "22h10", "22g10", "22 giờ 10", "22:10:30", "22.10"} {
			form := filled("vi")
			form.Set("date", date)
			form.Set("time", at)
			if got := s.submit(t, "/gui-phan-anh", form.Encode()); !strings.Contains(got.body, "22:10 ngày 22/11/2026") {
				t.Errorf("%s %s: %d", date, at, got.StatusCode)
			}
		}
	}
}

func TestWhatWasChosenDecidesWhatOfTheFormCounts(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := filled("vi")
	maps.Copy(form, url.Values{"contact": {"anonymous"}, "when": {"ongoing"}})
	check := s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusOK)
	if strings.Contains(check.body, "a@example.com") || strings.Contains(check.body, "0912") {
		t.Error("an anonymous report carries contact details")
	}
	form.Set("step", "send")
	s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusCreated)
	r, err := s.journal.Report(t.Context(), s.key.ID(s.key.Receipt(key1)))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Contact.Anonymous() || !r.Ongoing || !r.OccurredAt.IsZero() {
		t.Errorf("%+v", r)
	}
}

func TestHostileTextIsShownAsText(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, id := s.reported(t)
	hostile := `"><script>alert('x')</script><img src=x onerror=alert(1)>{{.}}`
	s.act(t, id, life[0], life[2], life[3], report.Action{Type: report.Replied, Actor: officer, Text: hostile})
	got := s.submit(t, "/theo-doi", "receipt="+s.key.Receipt(key1).Reveal()).expect(t, http.StatusOK)
	if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<img") || !strings.Contains(got.body, "&lt;script&gt;alert") {
		t.Error("a message is not escaped")
	}
	form := filled("vi")
	for _, field := range []string{"narrative", "address", "name", "phone", "email", "date", "time", "lat", "submission_id", "language", "category"} {
		form.Set(field, hostile)
	}
	for _, step := range []string{"edit", "check", "send"} {
		form.Set("step", step)
		got := s.submit(t, "/gui-phan-anh", form.Encode())
		if got.StatusCode >= 500 || strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<img") {
			t.Errorf("%s: %d, or not escaped", step, got.StatusCode)
		}
	}
}
