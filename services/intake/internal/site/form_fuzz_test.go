package site_test

import (
	"net/url"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/input"
	"github.com/phananh/portal/services/intake/internal/site"
)

// Whatever a form holds, it is either refused or a report that the journal
// takes; and what the check page carries on says the same again.
func FuzzForm(f *testing.F) {
	for _, s := range []string{
		"", "category=theft&narrative=%ff%fe", "lat=NaN&lon=Inf", "when=earlier&date=31/02/2026&time=99:99",
		"category=theft&narrative=M%E1%BA%A5t+xe+m%C3%A1y+tr%C6%B0%E1%BB%9Bc+ch%E1%BB%A3&commune=30280&when=earlier&date=22/11/2026&time=22h10&contact=named&phone=0912345678&language=vi",
		"category=theft&narrative=M%E1%BA%A5t+xe+m%C3%A1y&unknown_place=1&name=A&when=ongoing&language=en&date=1999-01-01",
	} {
		f.Add(s)
	}
	places, err := jurisdiction.AnGiang()
	if err != nil {
		f.Fatal(err)
	}
	evening := time.Date(2026, 11, 23, 15, 10, 0, 0, time.UTC)
	check, err := input.NewChecker(places, func() time.Time { return evening })
	if err != nil {
		f.Fatal(err)
	}
	key, err := report.NewKey(make([]byte, report.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		form := site.NewForm(values)
		s, wrong := form.Submission(places.Location())
		if wrong != nil || check.Check(s) != nil {
			return
		}
		r := s.Report()
		r.ID, r.ReceivedAt = key.ID(key.Receipt("0123456789abcdef")), evening
		if err := r.Validate(); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		carried := url.Values{}
		for _, h := range form.Hidden() {
			if !utf8.ValidString(h.Value) {
				t.Fatalf("%s is no text", h.Name)
			}
			carried.Set(h.Name, h.Value)
		}
		again, wrong := site.NewForm(carried).Submission(places.Location())
		a, _ := s.Canonical()
		b, _ := again.Canonical()
		if wrong != nil || string(a) != string(b) {
			t.Fatalf("carried on as something else:\n%s\n%s", a, b)
		}
	})
}
