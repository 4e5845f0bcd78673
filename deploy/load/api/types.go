// Package api is an outside client of the portal's public HTTP API. It knows
// the API's shapes and none of the portal's code.
package api

import "time"

// Report is the body of POST /api/v1/reports.
type Report struct {
	Category   string   `json:"category"`
	Narrative  string   `json:"narrative"`
	Place      Place    `json:"place"`
	OccurredAt string   `json:"occurred_at,omitempty"` // RFC 3339
	Ongoing    bool     `json:"ongoing,omitempty"`
	Contact    *Contact `json:"contact,omitempty"` // nil: anonymous
	Language   string   `json:"language"`
}

// Place is where it happened; at least one part is set.
type Place struct {
	District string `json:"district,omitempty"` // official code
	Commune  string `json:"commune,omitempty"`  // official code
	Address  string `json:"address,omitempty"`
	Point    *Point `json:"point,omitempty"`
	Unknown  bool   `json:"unknown,omitempty"`
}

// Point is a position in WGS 84 degrees, uncertain by a radius in metres.
type Point struct {
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	AccuracyM float64 `json:"accuracy_m"`
}

// Contact is how to reach the resident.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// Accepted is the answer to an accepted report.
type Accepted struct {
	CaseNumber string    `json:"case_number"`
	Receipt    string    `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	Unit       *Unit     `json:"unit"` // which is expected to get it
}

// Tracked is what the receipt shows.
type Tracked struct {
	CaseNumber string    `json:"case_number"`
	Status     string    `json:"status"`
	Unit       *Unit     `json:"unit"`
	ReceivedAt time.Time `json:"received_at"`
	Timeline   []Event   `json:"timeline"`
}

// Event is one line of a case's timeline.
type Event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
}

// RoutedAt is when triage put the report into a unit's queue; ok says that
// it has.
func (t Tracked) RoutedAt() (at time.Time, ok bool) {
	for _, e := range t.Timeline {
		if e.Type == "routed" {
			return e.At, t.Unit != nil
		}
	}
	return time.Time{}, false
}

// Unit is a unit as residents see it, in the language they asked for.
type Unit struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Text is a name in both languages.
type Text struct {
	Vietnamese string `json:"vi"`
	English    string `json:"en"`
}

// Category is one kind of report.
type Category struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
}

// District is a district and the unit that serves it.
type District struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
	Unit string `json:"unit"`
}

// Commune is a commune, ward or town.
type Commune struct {
	Code     string `json:"code"`
	Name     Text   `json:"name"`
	District string `json:"district"`
}

// ListedUnit is a unit as the jurisdiction lists it.
type ListedUnit struct {
	Code string `json:"code"`
	Kind string `json:"kind"` // province, district, duty_desk
	Name Text   `json:"name"`
}

// Lists is what a client needs to know before it can send a report.
type Lists struct {
	Categories []Category
	Units      []ListedUnit
	Districts  []District
	Communes   []Commune
}

// problem is the part of a problem+json answer that is shown when a request
// was refused.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Errors []struct {
		Field   string `json:"field"`
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
}
