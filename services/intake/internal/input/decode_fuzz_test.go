package input_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/input"
)

var evening = time.Date(2026, 11, 23, 15, 10, 0, 0, time.UTC)

func checker(t testing.TB) *input.Checker {
	t.Helper()
	places, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	c, err := input.NewChecker(places, func() time.Time { return evening })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Whatever comes in is either refused with a client's error or is a report
// that the journal takes, in a form that no longer changes.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `null`, `[1]`, `{"category":"theft"`,
		`{"category":"theft","narrative":"Mất xe máy trước chợ.","place":{"commune":"30280"}}`,
		`{"category":"theft","narrative":"Mất xe máy \ud800","place":{"point":{"lat":-0,"lon":1e2,"accuracy_m":0}}}`,
		`{"category":"other","narrative":"e\u0301e\u0301e\u0301e\u0301 \u202e <b>","place":{"unknown":true,"address":"\u00a0x"},"occurred_at":"2026-11-23T22:10:00+07:00","ongoing":true,"contact":{"phone":"+84 912 345 678","email":"a@b.vn"},"language":"en"}`,
	} {
		f.Add([]byte(s))
	}
	check := checker(f)
	key, err := report.NewKey(make([]byte, report.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s input.Submission
		if err := httpd.JSON(bytes.NewReader(raw), &s); err != nil {
			p, ok := errors.AsType[*httpd.Problem](err)
			if !ok || p.Status < 400 || p.Status > 499 {
				t.Fatalf("%v", err)
			}
			return
		}
		s = s.Normalised()
		if check.Check(s) != nil {
			return
		}
		first, err := s.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Normalised().Canonical()
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("not stable: %s\n%s %v", first, second, err)
		}
		r := s.Report()
		r.ID, r.ReceivedAt = key.ID(key.Receipt("0123456789abcdef")), evening
		if err := r.Validate(); err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		if strings.ContainsRune(r.Narrative, 0) {
			t.Fatal("NUL")
		}
	})
}
