package input

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/plaintext"
	"github.com/phananh/portal/pkg/report"
)

const (
	// clockSkew is how far ahead of ours a resident's clock may be.
	clockSkew = 5 * time.Minute
	// firstYear is the earliest in which something may have happened.
	firstYear = 2000
)

// Checker says what is wrong with what comes in. It is safe for concurrent use.
type Checker struct{ validate *validator.Validate }

// NewChecker makes a Checker that knows the codes of a jurisdiction and, by
// now, what lies in the future.
func NewChecker(j *jurisdiction.Jurisdiction, now func() time.Time) (*Checker, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	rules := map[string]func(string) bool{
		"category":  func(s string) bool { _, ok := j.Category(s); return ok },
		"district":  func(s string) bool { _, ok := j.District(s); return ok },
		"commune":   func(s string) bool { _, ok := j.Commune(s); return ok },
		"text":      func(s string) bool { return plaintext.Fault(s) == "" },
		"phone":     phoneForm.MatchString,
		"instant":   func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
		"notfuture": func(s string) bool { return !instant(s).After(now().Add(clockSkew)) },
		"recent":    func(s string) bool { return instant(s).In(j.Location()).Year() >= firstYear },
		"receipt":   func(s string) bool { _, err := report.ParseReceipt(s); return err == nil },
	}
	for name, rule := range rules {
		err := v.RegisterValidation(name, func(fl validator.FieldLevel) bool { return rule(fl.Field().String()) })
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", name, err)
		}
	}
	if err := v.RegisterValidation("finite", finite); err != nil {
		return nil, fmt.Errorf("rule finite: %w", err)
	}
	v.RegisterStructValidation(func(sl validator.StructLevel) { checkPlace(sl, j) }, Submission{})
	return &Checker{v}, nil
}

func instant(s string) time.Time {
	at, _ := time.Parse(time.RFC3339, s) // the rule before has parsed it
	return at
}

func finite(fl validator.FieldLevel) bool {
	f := fl.Field().Float()
	return !math.IsNaN(f) && !math.IsInf(f, 0)
}

// checkPlace checks what concerns more than one field of the place.
func checkPlace(sl validator.StructLevel, j *jurisdiction.Jurisdiction) {
	s, ok := sl.Current().Interface().(Submission)
	if !ok {
		return
	}
	p := s.Place
	if p == (Place{}) {
		sl.ReportError(p, "place", "Place", "required", "")
	}
	commune, known := j.Commune(p.Commune)
	if _, ok := j.District(p.District); ok && known && commune.District != p.District {
		sl.ReportError(p.Commune, "place.commune", "Commune", "other_district", "")
	}
}

// Check returns everything that is wrong with a wire structure that was
// normalised, nothing if it is fine. Fields are named by their JSON path.
func (c *Checker) Check(v any) []httpd.Field {
	err := c.validate.Struct(v)
	if err == nil {
		return nil
	}
	found, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return []httpd.Field{{Name: httpd.BodyField, Code: "wrong_type"}}
	}
	fields := make([]httpd.Field, len(found))
	for i, f := range found {
		_, path, _ := strings.Cut(f.Namespace(), ".")
		fields[i] = httpd.Field{Name: path, Code: fieldCode(f), Pairs: []string{"limit", f.Param()}}
	}
	return fields
}

// fieldCode gives each rule the code under which its failure is explained.
func fieldCode(f validator.FieldError) string {
	switch rule := f.ActualTag(); rule {
	case "category", "district", "commune", "oneof":
		return "unknown_code"
	case "min":
		return "too_short"
	case "max":
		return "too_long"
	case "text":
		return plaintext.Fault(f.Value().(string))
	case "phone", "email", "receipt":
		return "bad_" + rule
	case "instant":
		return "bad_time"
	case "notfuture":
		return "future"
	case "recent":
		return "too_old"
	case "finite", "gte", "lte":
		return "out_of_range"
	default: // required, other_district
		return rule
	}
}
