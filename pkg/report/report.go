package report

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"
)

// Limits on what a resident may send, in Unicode code points.
const (
	MinNarrative = 10
	MaxNarrative = 5000
	MaxAddress   = 300
	MaxName      = 100
	MaxMessage   = 2000
)

// Report is what a resident submitted. It is immutable once accepted.
type Report struct {
	ID         ID
	Digest     []byte // Key.Digest of the submission, tells a repeat from a reuse
	Category   string // code of a category of the jurisdiction
	Urgent     bool   // the category is an urgent one
	Narrative  string
	Place      Place
	OccurredAt time.Time // zero: not said
	Ongoing    bool
	Contact    Contact // zero: anonymous
	Language   string  // "vi" or "en": in which the resident wants to be answered
	ReceivedAt time.Time

	// Damaged: it is in the journal and cannot be read. Only ID is sure to be
	// set; Category, Urgent and ReceivedAt are what was salvaged.
	Damaged bool
}

// Place is where it happened, as far as the resident knows.
type Place struct {
	District string // official code of the district, may be known without the commune
	Commune  string // official code of the commune
	Address  string // free text
	Point    *Point
	Unknown  bool // the resident does not remember
}

// Point is a position in WGS 84 degrees, uncertain by a radius in metres.
type Point struct {
	Lat, Lon  float64
	AccuracyM float64 // 0: not said
}

// Contact is how to reach the resident; every part may be empty.
type Contact struct {
	Name, Phone, Email string
}

// Anonymous says that the resident left no way to be reached.
func (c Contact) Anonymous() bool { return c == Contact{} }

// Given says that the place says anything at all, if only that it is unknown.
func (p Place) Given() bool {
	return p.District != "" || p.Commune != "" || p.Address != "" || p.Point != nil || p.Unknown
}

// Validate checks what must hold for every report whatever its source. The
// service that takes reports checks more, and explains it to the resident.
func (r Report) Validate() error {
	switch {
	case len(r.ID) != idLength:
		return fmt.Errorf("report: ID %q: %w", r.ID, ErrMalformed)
	case r.Category == "":
		return errors.New("report: no category")
	case !textWithin(r.Narrative, MinNarrative, MaxNarrative):
		return errors.New("report: narrative too short, too long or not UTF-8")
	case !textWithin(r.Place.Address, 0, MaxAddress), !textWithin(r.Contact.Name, 0, MaxName):
		return errors.New("report: address or name too long or not UTF-8")
	case !r.Place.Given():
		return errors.New("report: no place")
	case r.Place.Point != nil && !r.Place.Point.valid():
		return errors.New("report: point is not on the earth")
	case r.ReceivedAt.IsZero():
		return errors.New("report: no time of receipt")
	case r.Language != "vi" && r.Language != "en":
		return fmt.Errorf("report: unknown language %q", r.Language)
	}
	return nil
}

func (p Point) valid() bool {
	finite := !math.IsNaN(p.Lat) && !math.IsNaN(p.Lon) && !math.IsNaN(p.AccuracyM)
	return finite && math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 && p.AccuracyM >= 0 && !math.IsInf(p.AccuracyM, 0)
}

func textWithin(s string, low, high int) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= low && n <= high
}

// Instant cuts a time to what the journal stores: UTC, milliseconds.
func Instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}
