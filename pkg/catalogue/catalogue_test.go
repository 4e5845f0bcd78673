package catalogue_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/phananh/portal/pkg/catalogue"
)

func load(vi, en string) (*catalogue.Catalogue, error) {
	return catalogue.Load(fstest.MapFS{"vi.json": {Data: []byte(vi)}, "en.json": {Data: []byte(en)}})
}

func TestTextsAreFoundByLanguageAndFilledIn(t *testing.T) {
	c, err := load(`{"hello": "Chào {name}"}`, `{"hello": "Hello {name}"}`)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"vi": "Chào Lan", "en": "Hello Lan", "fr": "Chào Lan"} {
		if got := c.Text(lang, "hello", "name", "Lan"); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if got := c.Text("vi", "nowhere"); got != "nowhere" {
		t.Errorf("an unknown key reads %q", got)
	}
}

func TestIncompleteCataloguesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ vi, en, says string }{
		"missing":     {`{"a": "x", "b": "y"}`, `{"a": "x"}`, "en.json: b is missing"},
		"extra":       {`{"a": "x"}`, `{"a": "x", "b": "y"}`, "b is not in vi.json"},
		"empty":       {`{"a": "x"}`, `{"a": " "}`, "a is missing"},
		"placeholder": {`{"a": "{n} vụ"}`, `{"a": "cases"}`, "a has other placeholders"},
		"damaged":     {`{"a": "x"`, `{"a": "x"}`, "vi.json"},
	} {
		if _, err := load(c.vi, c.en); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheFirstKnownLanguageIsChosen(t *testing.T) {
	for header, want := range map[string]string{
		"": "vi", "en": "en", "en-GB,vi;q=0.5": "en", "fr-FR, en;q=0.8": "en", "fr": "vi", "vi-VN,en": "vi", ";;,,": "vi", "EN-us": "en",
	} {
		if got := catalogue.Negotiate(header); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
}
