package site

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/intake/internal/input"
)

// Form is the report form as the resident filled it in.
type Form struct {
	SubmissionID, Language      string
	Category, Narrative         string
	District, Commune, Address  string
	UnknownPlace                bool
	Lat, Lon, Accuracy          string
	When, Date, Time            string // When: ongoing, earlier, unknown or nothing
	Contact, Name, Phone, Email string // Contact: anonymous, named or nothing
}

// readValues reads a form's body. The error is an *httpd.Problem.
func readValues(r *http.Request) (url.Values, error) {
	if err := httpd.MediaType(r, "application/x-www-form-urlencoded"); err != nil {
		return nil, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, httpd.Unread(err)
	}
	return r.PostForm, nil
}

// text is a field's value. Bytes that are no text become U+FFFD, which is then
// refused like any other broken text.
func text(v url.Values, name string) string { return strings.ToValidUTF8(v.Get(name), "\uFFFD") }

// NewForm takes the form's fields from what was sent.
func NewForm(v url.Values) Form {
	get := func(name string) string { return text(v, name) }
	f := Form{
		SubmissionID: get("submission_id"), Language: get("language"),
		Category: get("category"), Narrative: get("narrative"),
		District: get("district"), Commune: get("commune"), Address: get("address"),
		UnknownPlace: get("unknown_place") != "", Lat: get("lat"), Lon: get("lon"), Accuracy: get("accuracy"),
		When: get("when"), Date: strings.TrimSpace(get("date")), Time: strings.TrimSpace(get("time")),
		Contact: get("contact"), Name: get("name"), Phone: get("phone"), Email: get("email"),
	}
	if f.When == "" && f.Date != "" {
		f.When = "earlier"
	}
	if f.Contact == "" && strings.TrimSpace(f.Name+f.Phone+f.Email) != "" {
		f.Contact = "named"
	}
	return f
}

// HiddenField is a field of a form that people do not see.
type HiddenField struct{ Name, Value string }

// Hidden lists the fields that carry the form to the next page. What belongs
// to an answer that was not chosen is left behind.
func (f Form) Hidden() []HiddenField {
	all := []HiddenField{
		{"submission_id", f.SubmissionID}, {"language", f.Language}, {"category", f.Category},
		{"narrative", f.Narrative}, {"district", f.District}, {"commune", f.Commune}, {"address", f.Address},
		{"lat", f.Lat}, {"lon", f.Lon}, {"accuracy", f.Accuracy}, {"when", f.When}, {"contact", f.Contact},
	}
	if f.UnknownPlace {
		all = append(all, HiddenField{"unknown_place", "1"})
	}
	if f.When == "earlier" {
		all = append(all, HiddenField{"date", f.Date}, HiddenField{"time", f.Time})
	}
	if f.Contact == "named" {
		all = append(all, HiddenField{"name", f.Name}, HiddenField{"phone", f.Phone}, HiddenField{"email", f.Email})
	}
	filled := all[:0]
	for _, h := range all {
		if h.Value != "" {
			filled = append(filled, h)
		}
	}
	return filled
}

// Submission turns the form into what the API takes as well, normalised, and
// returns what is wrong with the answers that only a form has.
func (f Form) Submission(zone *time.Location) (input.Submission, []httpd.Field) {
	var wrong []httpd.Field
	s := input.Submission{
		Category: f.Category, Narrative: f.Narrative, Language: f.Language,
		Place:   input.Place{District: f.District, Commune: f.Commune, Address: f.Address, Unknown: f.UnknownPlace},
		Ongoing: f.When == "ongoing",
	}
	if f.Lat != "" || f.Lon != "" {
		s.Place.Point = &input.Point{Lat: number(f.Lat), Lon: number(f.Lon)}
		if f.Accuracy != "" {
			s.Place.Point.AccuracyM = number(f.Accuracy)
		}
	}
	if f.When == "earlier" {
		var fields []httpd.Field
		s.OccurredAt, fields = occurred(f.Date, f.Time, zone)
		wrong = append(wrong, fields...)
	}
	if f.Contact == "named" {
		s.Contact = input.Contact{Name: f.Name, Phone: f.Phone, Email: f.Email}
	}
	s = s.Normalised()
	if f.Contact == "named" && s.Contact == (input.Contact{}) {
		wrong = append(wrong, httpd.Field{Name: "contact", Code: "required"})
	}
	return s, wrong
}

// number is nil for what is not a number; the check then misses it.
func number(s string) *float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &n
}

var (
	dayFirst = regexp.MustCompile(`^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$`)
	// 22:10, and as people write it: 22h10, 22g10, 22 giờ 10, 22h, 22.
	clock = regexp.MustCompile(`^(\d{1,2})(?:\s*(?::|\.|h|g|giờ)\s*(\d{1,2})?)?(?::\d{2})?$`)
)

// occurred reads date and time as a browser sends them, or as people type
// them where it has no fields of these kinds.
func occurred(date, clockTime string, zone *time.Location) (string, []httpd.Field) {
	var wrong []httpd.Field
	if m := dayFirst.FindStringSubmatch(date); m != nil {
		date = fmt.Sprintf("%s-%02s-%02s", m[3], m[2], m[1])
	}
	day, err := time.ParseInLocation(time.DateOnly, date, zone)
	switch {
	case date == "":
		wrong = append(wrong, httpd.Field{Name: "date", Code: "required"})
	case err != nil:
		wrong = append(wrong, httpd.Field{Name: "date", Code: "bad_time"})
	}
	m := clock.FindStringSubmatch(strings.ToLower(clockTime))
	switch {
	case clockTime == "":
		wrong = append(wrong, httpd.Field{Name: "time", Code: "required"})
	case m == nil:
		wrong = append(wrong, httpd.Field{Name: "time", Code: "bad_time"})
	}
	if wrong != nil {
		return "", wrong
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2]) // 0 if not said
	if hour > 23 || minute > 59 {
		return "", []httpd.Field{{Name: "time", Code: "bad_time"}}
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
	return at.Format(time.RFC3339), nil
}

// district is a district with its communes, as the lists offer them.
type district struct {
	jurisdiction.District
	Communes []jurisdiction.Commune
}

func districts(j *jurisdiction.Jurisdiction) []district {
	var all []district
	for _, d := range j.Districts() {
		all = append(all, district{District: d})
	}
	for _, c := range j.Communes() {
		for i := range all {
			if all[i].Code == c.District {
				all[i].Communes = append(all[i].Communes, c)
			}
		}
	}
	return all
}
