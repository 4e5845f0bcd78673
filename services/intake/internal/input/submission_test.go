package input_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/input"
)

func TestASubmissionBecomesTheDomainsReport(t *testing.T) {
	t.Parallel()
	lat, lon, accuracy := 10.38, 105.43, 20.0
	got := input.Submission{
		Category: "theft", Narrative: " Mất xe.\r\nHôm qua. ", OccurredAt: "2026-11-23T22:10:00.1239+07:00", Ongoing: true,
		Place: input.Place{
			District: "883", Commune: "30280", Address: " gần \n chợ ", Unknown: true,
			Point: &input.Point{Lat: &lat, Lon: &lon, AccuracyM: &accuracy},
		},
		Contact: input.Contact{Name: " Nguyễn  A ", Phone: "0912.345.678", Email: " a@example.com "},
	}.Normalised().Report()
	want := report.Report{
		Category: "theft", Narrative: "Mất xe.\nHôm qua.", Ongoing: true, Language: "vi",
		OccurredAt: time.Date(2026, 11, 23, 15, 10, 0, 123e6, time.UTC),
		Place: report.Place{
			District: "883", Commune: "30280", Address: "gần chợ", Unknown: true,
			Point: &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20},
		},
		Contact: report.Contact{Name: "Nguyễn A", Phone: "0912345678", Email: "a@example.com"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\ninstead of\n%+v", got, want)
	}
}

func TestPhoneNumbersAreWrittenAsTheyAreDialled(t *testing.T) {
	t.Parallel()
	check := checker(t)
	for typed, want := range map[string]string{
		"0912345678": "0912345678", "+84 912 345 678": "0912345678", "0084912345678": "0912345678",
		"84 91-234-56-78": "0912345678", "0296.385.2345": "02963852345", "(0296) 385 2345": "02963852345",
		"+855 12 345 678": "+85512345678", "0912\u00a0345\u2013678": "0912345678",
		"113": "", "912345678": "", "++84912345678": "", "0912345678901234": "", "091234567x": "", "٠٩١٢٣٤٥٦٧٨": "",
	} {
		s := input.Submission{Category: "theft", Narrative: "Mất xe máy trước chợ.", Place: input.Place{Unknown: true}, Contact: input.Contact{Phone: typed}}.Normalised()
		wrong := check.Check(s)
		switch {
		case want == "" && wrong == nil:
			t.Errorf("%q is taken as %q", typed, s.Contact.Phone)
		case want != "" && (wrong != nil || s.Contact.Phone != want):
			t.Errorf("%q: %q %v", typed, s.Contact.Phone, wrong)
		}
	}
}

func TestLookAlikeTextsInDifferentFormsAreOne(t *testing.T) {
	t.Parallel()
	composed := input.Submission{Narrative: "Mất xe ở chợ", Place: input.Place{Unknown: true}}.Normalised()
	decomposed := input.Submission{Narrative: "Ma\u0302\u0301t xe o\u031b\u0309 cho\u031b\u0323", Place: input.Place{Unknown: true}}.Normalised()
	a, err := composed.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	b, err := decomposed.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestKeysAreVisibleASCIIOfRightLength(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"0123456789abcdef": true, "!~!~!~!~!~!~!~!~": true, "0123456789abcde": false,
		"0123456789abcde\x7f": false, "0123456789 abcdef": false, "": false,
	} {
		if input.ValidKey(key) != want {
			t.Errorf("%q", key)
		}
	}
	if key, err := input.Key(&http.Request{Header: http.Header{}}, false); key != "" || err != nil {
		t.Errorf("absent and not required: %q %v", key, err)
	}
}
