package app

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/intake/internal/api"
	"github.com/phananh/portal/services/intake/internal/counter"
)

func TestEveryRouteOfTheAPIIsDocumentedAndNoOther(t *testing.T) {
	t.Parallel()
	places, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Jurisdiction: places, Log: slog.New(slog.DiscardHandler)}
	engine, err := newEngine(cfg, counter.New(counter.Config{Jurisdiction: places}), httpd.NewHealth())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(api.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	var documented, existing []string
	for path, operations := range doc.Paths {
		for method := range operations {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	for _, r := range engine.Routes() {
		page := !strings.HasPrefix(r.Path, "/api/") && !slices.Contains([]string{"/openapi.json", "/livez", "/readyz"}, r.Path)
		if !page {
			existing = append(existing, r.Method+" "+r.Path)
		}
	}
	slices.Sort(documented)
	slices.Sort(existing)
	if !slices.Equal(documented, existing) {
		t.Errorf("documented: %q\nexisting:   %q", documented, existing)
	}
}
