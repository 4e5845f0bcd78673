package site

import (
	"strings"

	"github.com/phananh/portal/pkg/httpd"
)

// anchor names the form's field for a field of the wire structure.
func anchor(field string) string {
	switch {
	case strings.HasPrefix(field, "place.point"):
		return "point"
	case field == "occurred_at":
		return "date"
	}
	_, last, nested := strings.Cut(field, ".")
	if nested {
		return last
	}
	return field
}

// fieldOrder is the order in which the form asks.
var fieldOrder = [...]string{
	"category", "narrative", "place", "district", "commune", "address", "point",
	"when", "date", "time", "contact", "name", "phone", "email", "receipt", "text",
}

// target is what a link to a field's fault leads to: for a list of choices its
// first one, since a group cannot be typed into.
func (s *Site) target(name string) string {
	switch name {
	case "category":
		return "category-" + s.Jurisdiction.Categories()[0].Code
	case "place":
		return "district"
	case "contact":
		return "name"
	}
	return name
}

// explain gives each faulty field its text, for beside the field and, in the
// form's order, for the summary. One fault per field is enough to mend it.
func (s *Site) explain(lang string, fields []httpd.Field) (map[string]string, []pageError) {
	texts := map[string]string{}
	for _, f := range fields {
		name := anchor(f.Name)
		code := f.Code
		if name == "point" {
			code = "out_of_range"
		}
		if _, ok := texts[name]; ok {
			continue
		}
		key := "field." + name + "." + code
		if !s.Texts.Has(key) {
			key = "field." + code
		}
		texts[name] = s.Texts.Text(lang, key, f.Pairs...)
	}
	var summary []pageError
	for _, name := range fieldOrder {
		if text, ok := texts[name]; ok {
			summary = append(summary, pageError{s.target(name), text})
		}
	}
	return texts, summary
}
