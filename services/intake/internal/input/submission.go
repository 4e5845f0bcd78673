// Package input is what comes in from outside: the structures on the wire,
// how they are read, brought into one form, checked, and turned into the
// domain's. The JSON API and the forms share it, so that both refuse the same
// and accept the same.
package input

import (
	"encoding/json"
	"time"

	"github.com/phananh/portal/pkg/plaintext"
	"github.com/phananh/portal/pkg/report"
)

// Submission is a report on the wire. Its JSON form, once it is normalised, is
// also what tells a repeat from a reuse of a key: a new field must be left out
// of it while empty.
type Submission struct {
	Category   string  `json:"category" validate:"required,category"`
	Narrative  string  `json:"narrative" validate:"required,text,min=10,max=5000"`
	Place      Place   `json:"place"`
	OccurredAt string  `json:"occurred_at,omitempty" validate:"omitempty,instant,notfuture,recent"`
	Ongoing    bool    `json:"ongoing,omitempty"`
	Contact    Contact `json:"contact,omitzero"`
	Language   string  `json:"language,omitempty" validate:"oneof=vi en"`
}

// Place is where it happened, on the wire.
type Place struct {
	District string `json:"district,omitempty" validate:"omitempty,district"`
	Commune  string `json:"commune,omitempty" validate:"omitempty,commune"`
	Address  string `json:"address,omitempty" validate:"omitempty,text,max=300"`
	Point    *Point `json:"point,omitempty"`
	Unknown  bool   `json:"unknown,omitempty"`
}

// Point is a position in WGS 84 degrees on the wire. Half the earth's
// circumference bounds the accuracy in metres.
type Point struct {
	Lat       *float64 `json:"lat" validate:"required,finite,gte=-90,lte=90"`
	Lon       *float64 `json:"lon" validate:"required,finite,gte=-180,lte=180"`
	AccuracyM *float64 `json:"accuracy_m,omitempty" validate:"omitempty,finite,gte=0,lte=20040000"`
}

// Contact is how to reach the resident, on the wire.
type Contact struct {
	Name  string `json:"name,omitempty" validate:"omitempty,text,max=100"`
	Phone string `json:"phone,omitempty" validate:"omitempty,phone"`
	Email string `json:"email,omitempty" validate:"omitempty,text,max=254,email"`
}

// Normalised returns the submission in the one form in which it is checked,
// stored and compared. Doing it twice changes nothing.
func (s Submission) Normalised() Submission {
	s.Narrative = plaintext.Prose(s.Narrative)
	s.Place.Address = plaintext.Line(s.Place.Address)
	s.Contact = Contact{Name: plaintext.Line(s.Contact.Name), Phone: phone(s.Contact.Phone), Email: plaintext.Line(s.Contact.Email)}
	if at, err := time.Parse(time.RFC3339, s.OccurredAt); err == nil {
		s.OccurredAt = report.Instant(at).Format(time.RFC3339Nano)
	}
	if s.Language == "" {
		s.Language = "vi"
	}
	return s
}

// Canonical is what of a normalised submission decides whether another one is
// a repeat of it.
func (s Submission) Canonical() ([]byte, error) { return json.Marshal(s) }

// Report turns a submission that was normalised and checked into the domain's
// report, which lacks what the submission does not know: ID, digest, urgency
// and time of receipt.
func (s Submission) Report() report.Report {
	r := report.Report{
		Category: s.Category, Narrative: s.Narrative, Ongoing: s.Ongoing, Language: s.Language,
		Place: report.Place{
			District: s.Place.District, Commune: s.Place.Commune, Address: s.Place.Address,
			Unknown: s.Place.Unknown,
		},
		Contact: report.Contact{Name: s.Contact.Name, Phone: s.Contact.Phone, Email: s.Contact.Email},
	}
	if at, err := time.Parse(time.RFC3339, s.OccurredAt); err == nil {
		r.OccurredAt = report.Instant(at)
	}
	if p := s.Place.Point; p != nil && p.Lat != nil && p.Lon != nil {
		r.Place.Point = &report.Point{Lat: *p.Lat, Lon: *p.Lon}
		if p.AccuracyM != nil {
			r.Place.Point.AccuracyM = *p.AccuracyM
		}
	}
	return r
}
