package report

import (
	"encoding/binary"
	"math"
	"time"
)

// The canonical encoding of an entry, version 1, is what its Hash is taken
// of. It begins with the version and the kind of the entry. Every field
// follows as its number, the length of its value and the value, in the order
// of the numbers; a field that has no value is left out. So a field that is
// added later changes no hash of the entries that lack it. A number is never
// used for another field, and what is written for one never changes.

const (
	canonicalReport = "phananh/entry/1/report\n"
	canonicalAction = "phananh/entry/1/action\n"
)

// fields collects numbered fields.
type fields []byte

func (f *fields) bytes(number byte, value []byte) {
	if len(value) > 0 {
		f.begin(number, len(value))
		*f = append(*f, value...)
	}
}

func (f *fields) text(number byte, value string) {
	if value != "" {
		f.item(number, value)
	}
}

// item is text that is kept when it is empty: one of a list.
func (f *fields) item(number byte, value string) {
	f.begin(number, len(value))
	*f = append(*f, value...)
}

func (f *fields) flag(number byte, value bool) {
	if value {
		f.item(number, "\x01")
	}
}

func (f *fields) count(number byte, value int) {
	if value != 0 {
		f.fixed(number, uint64(value))
	}
}

func (f *fields) float(number byte, value float64) {
	if value != 0 { // -0 is 0
		f.fixed(number, math.Float64bits(value))
	}
}

// moment is a time in milliseconds since 1970.
func (f *fields) moment(number byte, value time.Time) {
	if t := Instant(value); !t.IsZero() {
		f.fixed(number, uint64(t.UnixMilli()))
	}
}

// group is fields within a field. Unlike others it is kept when it is empty.
func (f *fields) group(number byte, inner fields) {
	f.begin(number, len(inner))
	*f = append(*f, inner...)
}

func (f *fields) fixed(number byte, value uint64) {
	f.begin(number, 8)
	*f = binary.BigEndian.AppendUint64(*f, value)
}

func (f *fields) begin(number byte, length int) {
	*f = append(*f, number)
	*f = binary.AppendUvarint(*f, uint64(length))
}

func (r Report) canonical() []byte {
	f := make(fields, 0, 512+len(r.Narrative))
	f = append(f, canonicalReport...)
	f.text(1, string(r.ID))
	f.bytes(2, r.Digest)
	f.text(3, r.Category)
	f.flag(4, r.Urgent)
	f.text(5, r.Narrative)
	f.text(6, r.Place.District)
	f.text(7, r.Place.Commune)
	f.text(8, r.Place.Address)
	if p := r.Place.Point; p != nil {
		var point fields
		point.float(1, p.Lat)
		point.float(2, p.Lon)
		point.float(3, p.AccuracyM)
		f.group(9, point)
	}
	f.flag(10, r.Place.Unknown)
	f.moment(11, r.OccurredAt)
	f.flag(12, r.Ongoing)
	f.text(13, r.Contact.Name)
	f.text(14, r.Contact.Phone)
	f.text(15, r.Contact.Email)
	f.text(16, r.Language)
	f.moment(17, r.ReceivedAt)
	return f
}

func (a Action) canonical() []byte {
	f := make(fields, 0, 512+len(a.Text))
	f = append(f, canonicalAction...)
	f.text(1, string(a.Report))
	f.count(2, a.N)
	f.text(3, string(a.Type))
	f.moment(4, a.At)
	f.text(5, string(a.Actor.Kind))
	f.text(6, a.Actor.User)
	f.text(7, a.Actor.Name)
	f.text(8, a.Actor.Unit)
	f.text(9, a.Unit)
	f.text(10, a.Text)
	f.text(11, string(a.Outcome))
	if e := a.Evidence; e != nil {
		var why fields
		why.text(1, e.Rule)
		why.text(2, e.Method)
		why.text(3, e.Commune)
		why.float(4, e.Confidence)
		why.text(5, e.RunnerUp)
		for _, reason := range e.Reasons {
			why.item(6, reason)
		}
		why.text(7, e.Jurisdiction)
		f.group(12, why)
	}
	f.text(13, a.Key)
	if !a.Prev.IsZero() {
		f.bytes(14, a.Prev[:])
	}
	f.bytes(15, a.Salt)
	return f
}
