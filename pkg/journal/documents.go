package journal

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/report"
)

// schema is the version of the documents that this program writes.
const schema = 1

type reportDoc struct {
	ID         string      `bson:"_id"`
	Schema     int         `bson:"schema"`
	Digest     []byte      `bson:"digest"`
	Category   string      `bson:"category"`
	Urgent     bool        `bson:"urgent,omitempty"`
	Narrative  string      `bson:"narrative"`
	Place      placeDoc    `bson:"place"`
	OccurredAt *time.Time  `bson:"occurred_at,omitempty"`
	Ongoing    bool        `bson:"ongoing,omitempty"`
	Contact    *contactDoc `bson:"contact,omitempty"`
	Language   string      `bson:"language"`
	ReceivedAt time.Time   `bson:"received_at"`
}

type placeDoc struct {
	District string    `bson:"district,omitempty"`
	Commune  string    `bson:"commune,omitempty"`
	Address  string    `bson:"address,omitempty"`
	Point    *pointDoc `bson:"point,omitempty"`
	Unknown  bool      `bson:"unknown,omitempty"`
}

type pointDoc struct {
	Lat       float64 `bson:"lat"`
	Lon       float64 `bson:"lon"`
	AccuracyM float64 `bson:"accuracy_m"`
}

type contactDoc struct {
	Name  string `bson:"name,omitempty"`
	Phone string `bson:"phone,omitempty"`
	Email string `bson:"email,omitempty"`
}

type actionDoc struct {
	ID       string       `bson:"_id"`
	Schema   int          `bson:"schema"`
	Report   string       `bson:"report"`
	N        int          `bson:"n"`
	Type     string       `bson:"type"`
	At       time.Time    `bson:"at"`
	Actor    actorDoc     `bson:"actor"`
	Unit     string       `bson:"unit,omitempty"`
	Text     string       `bson:"text,omitempty"`
	Outcome  string       `bson:"outcome,omitempty"`
	Evidence *evidenceDoc `bson:"evidence,omitempty"`
	Key      string       `bson:"key,omitempty"`
	Salt     []byte       `bson:"salt,omitempty"`
	Prev     []byte       `bson:"prev,omitempty"` // hash of the entry before it
}

type actorDoc struct {
	Kind string `bson:"kind"`
	User string `bson:"user,omitempty"`
	Name string `bson:"name,omitempty"`
	Unit string `bson:"unit,omitempty"`
}

type evidenceDoc struct {
	Rule         string   `bson:"rule"`
	Method       string   `bson:"method"`
	Commune      string   `bson:"commune,omitempty"`
	Confidence   float64  `bson:"confidence"`
	RunnerUp     string   `bson:"runner_up,omitempty"`
	Reasons      []string `bson:"reasons,omitempty"`
	Jurisdiction string   `bson:"jurisdiction"`
}

// encode makes the document of an entry.
func encode(e report.Entry) (bson.Raw, error) {
	if e.Report != nil {
		return bson.Marshal(fromReport(*e.Report))
	}
	return bson.Marshal(fromAction(*e.Action))
}

func fromReport(r report.Report) reportDoc {
	d := reportDoc{
		ID: string(r.ID), Schema: schema, Digest: r.Digest, Category: r.Category, Urgent: r.Urgent,
		Narrative: r.Narrative, Ongoing: r.Ongoing, Language: r.Language, ReceivedAt: r.ReceivedAt,
		Place: placeDoc{District: r.Place.District, Commune: r.Place.Commune, Address: r.Place.Address, Unknown: r.Place.Unknown},
	}
	if !r.OccurredAt.IsZero() {
		d.OccurredAt = &r.OccurredAt
	}
	if p := r.Place.Point; p != nil {
		d.Place.Point = &pointDoc{Lat: p.Lat, Lon: p.Lon, AccuracyM: p.AccuracyM}
	}
	if c := r.Contact; !c.Anonymous() {
		d.Contact = &contactDoc{Name: c.Name, Phone: c.Phone, Email: c.Email}
	}
	return d
}

func (d reportDoc) report() report.Report {
	r := report.Report{
		ID: report.ID(d.ID), Digest: d.Digest, Category: d.Category, Urgent: d.Urgent,
		Narrative: d.Narrative, Ongoing: d.Ongoing, Language: d.Language, ReceivedAt: report.Instant(d.ReceivedAt),
		Place: report.Place{District: d.Place.District, Commune: d.Place.Commune, Address: d.Place.Address, Unknown: d.Place.Unknown},
	}
	if d.OccurredAt != nil {
		r.OccurredAt = report.Instant(*d.OccurredAt)
	}
	if p := d.Place.Point; p != nil {
		r.Place.Point = &report.Point{Lat: p.Lat, Lon: p.Lon, AccuracyM: p.AccuracyM}
	}
	if c := d.Contact; c != nil {
		r.Contact = report.Contact{Name: c.Name, Phone: c.Phone, Email: c.Email}
	}
	return r
}

func fromAction(a report.Action) actionDoc {
	d := actionDoc{
		ID: report.ActionEntryID(a.Report, a.N), Schema: schema, Report: string(a.Report), N: a.N,
		Type: string(a.Type), At: a.At, Unit: a.Unit, Text: a.Text, Outcome: string(a.Outcome), Key: a.Key, Salt: a.Salt,
		Actor: actorDoc{Kind: string(a.Actor.Kind), User: a.Actor.User, Name: a.Actor.Name, Unit: a.Actor.Unit},
	}
	if !a.Prev.IsZero() {
		d.Prev = a.Prev[:]
	}
	if e := a.Evidence; e != nil {
		d.Evidence = &evidenceDoc{
			Rule: e.Rule, Method: e.Method, Commune: e.Commune, Confidence: e.Confidence,
			RunnerUp: e.RunnerUp, Reasons: e.Reasons, Jurisdiction: e.Jurisdiction,
		}
	}
	return d
}

func (d actionDoc) action() report.Action {
	a := report.Action{
		Report: report.ID(d.Report), N: d.N, Type: report.Type(d.Type), At: report.Instant(d.At),
		Unit: d.Unit, Text: d.Text, Outcome: report.Outcome(d.Outcome), Key: d.Key, Salt: d.Salt,
		Actor: report.Actor{Kind: report.ActorKind(d.Actor.Kind), User: d.Actor.User, Name: d.Actor.Name, Unit: d.Actor.Unit},
	}
	copy(a.Prev[:], d.Prev)
	if e := d.Evidence; e != nil {
		a.Evidence = &report.Evidence{
			Rule: e.Rule, Method: e.Method, Commune: e.Commune, Confidence: e.Confidence,
			RunnerUp: e.RunnerUp, Reasons: e.Reasons, Jurisdiction: e.Jurisdiction,
		}
	}
	return a
}

func decodeReport(raw bson.Raw) (report.Report, error) {
	var d reportDoc
	if err := decode(raw, &d, &d.Schema); err != nil {
		return report.Report{}, err
	}
	r := d.report()
	if err := r.Validate(); err != nil {
		return report.Report{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return r, nil
}

func decodeAction(raw bson.Raw) (report.Action, error) {
	var d actionDoc
	if err := decode(raw, &d, &d.Schema); err != nil {
		return report.Action{}, err
	}
	if d.ID != report.ActionEntryID(report.ID(d.Report), d.N) {
		return report.Action{}, fmt.Errorf("%w: %s says it is %s/%d", ErrDamaged, d.ID, d.Report, d.N)
	}
	if n := len(d.Prev); n != 0 && n != len(report.Hash{}) {
		return report.Action{}, fmt.Errorf("%w: %s: hash of %d bytes", ErrDamaged, d.ID, n)
	}
	return d.action(), nil
}

func decode(raw bson.Raw, into any, version *int) error {
	if err := bson.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, rawID(raw), err)
	}
	if *version != schema {
		return fmt.Errorf("%w: %s: schema %d", ErrDamaged, rawID(raw), *version)
	}
	return nil
}
