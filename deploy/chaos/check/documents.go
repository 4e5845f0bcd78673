package check

import (
	"time"

	"github.com/phananh/portal/pkg/report"
)

// schema is the version of the documents that this package can read.
const schema = 1

// reportDoc and actionDoc are the documents as the database has them. They
// are written down here once more on purpose: see the package's comment.
type reportDoc struct {
	ID        string `bson:"_id"`
	Schema    int    `bson:"schema"`
	Digest    []byte `bson:"digest"`
	Category  string `bson:"category"`
	Urgent    bool   `bson:"urgent"`
	Narrative string `bson:"narrative"`
	Place     struct {
		District string `bson:"district"`
		Commune  string `bson:"commune"`
		Address  string `bson:"address"`
		Point    *struct {
			Lat       float64 `bson:"lat"`
			Lon       float64 `bson:"lon"`
			AccuracyM float64 `bson:"accuracy_m"`
		} `bson:"point"`
		Unknown bool `bson:"unknown"`
	} `bson:"place"`
	OccurredAt time.Time `bson:"occurred_at"`
	Ongoing    bool      `bson:"ongoing"`
	Contact    struct {
		Name  string `bson:"name"`
		Phone string `bson:"phone"`
		Email string `bson:"email"`
	} `bson:"contact"`
	Language   string    `bson:"language"`
	ReceivedAt time.Time `bson:"received_at"`
}

func (d reportDoc) report() report.Report {
	r := report.Report{
		ID: report.ID(d.ID), Digest: d.Digest, Category: d.Category, Urgent: d.Urgent, Narrative: d.Narrative,
		Place: report.Place{
			District: d.Place.District, Commune: d.Place.Commune, Address: d.Place.Address, Unknown: d.Place.Unknown,
		},
		OccurredAt: report.Instant(d.OccurredAt), Ongoing: d.Ongoing, Language: d.Language,
		Contact:    report.Contact{Name: d.Contact.Name, Phone: d.Contact.Phone, Email: d.Contact.Email},
		ReceivedAt: report.Instant(d.ReceivedAt),
	}
	if p := d.Place.Point; p != nil {
		r.Place.Point = &report.Point{Lat: p.Lat, Lon: p.Lon, AccuracyM: p.AccuracyM}
	}
	return r
}

type actionDoc struct {
	ID     string    `bson:"_id"`
	Schema int       `bson:"schema"`
	Report string    `bson:"report"`
	N      int       `bson:"n"`
	Type   string    `bson:"type"`
	At     time.Time `bson:"at"`
	Actor  struct {
		Kind string `bson:"kind"`
		User string `bson:"user"`
		Name string `bson:"name"`
		Unit string `bson:"unit"`
	} `bson:"actor"`
	Unit     string `bson:"unit"`
	Text     string `bson:"text"`
	Outcome  string `bson:"outcome"`
	Evidence *struct {
		Rule         string   `bson:"rule"`
		Method       string   `bson:"method"`
		Commune      string   `bson:"commune"`
		Confidence   float64  `bson:"confidence"`
		RunnerUp     string   `bson:"runner_up"`
		Reasons      []string `bson:"reasons"`
		Jurisdiction string   `bson:"jurisdiction"`
	} `bson:"evidence"`
	Key string `bson:"key"`
}

func (d actionDoc) stored() Stored {
	a := report.Action{
		Report: report.ID(d.Report), N: d.N, Type: report.Type(d.Type), At: report.Instant(d.At),
		Actor: report.Actor{Kind: report.ActorKind(d.Actor.Kind), User: d.Actor.User, Name: d.Actor.Name, Unit: d.Actor.Unit},
		Unit:  d.Unit, Text: d.Text, Outcome: report.Outcome(d.Outcome), Key: d.Key,
	}
	if e := d.Evidence; e != nil {
		a.Evidence = &report.Evidence{
			Rule: e.Rule, Method: e.Method, Commune: e.Commune, Confidence: e.Confidence,
			RunnerUp: e.RunnerUp, Reasons: e.Reasons, Jurisdiction: e.Jurisdiction,
		}
	}
	return Stored{ID: d.ID, Action: a}
}
