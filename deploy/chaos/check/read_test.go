package check

import (
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/report"
)

func raw(t *testing.T, d bson.M) bson.Raw {
	t.Helper()
	b, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func reportSample() bson.M {
	return bson.M{
		"_id": "000000000001", "schema": 1, "digest": []byte{1}, "category": "theft", "urgent": true,
		"narrative": "Mất xe máy trước chợ.", "ongoing": true, "language": "vi", "received_at": began,
		"place": bson.M{
			"district": "883", "commune": "30280", "address": "gần chợ", "unknown": true,
			"point": bson.M{"lat": 10.38, "lon": 105.43, "accuracy_m": 20.0},
		},
		"occurred_at": began.Add(-time.Hour), "contact": bson.M{"name": "Trần Thị Bình", "phone": "0912345678", "email": "a@example.com"},
	}
}

func TestAReportIsReadWithAllItsFields(t *testing.T) {
	var r Record
	if err := addReport(&r, raw(t, reportSample())); err != nil {
		t.Fatal(err)
	}
	want := report.Report{
		ID: "000000000001", Digest: []byte{1}, Category: "theft", Urgent: true, Narrative: "Mất xe máy trước chợ.",
		Place: report.Place{
			District: "883", Commune: "30280", Address: "gần chợ", Unknown: true,
			Point: &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20},
		},
		OccurredAt: began.Add(-time.Hour), Ongoing: true, Language: "vi", ReceivedAt: began,
		Contact: report.Contact{Name: "Trần Thị Bình", Phone: "0912345678", Email: "a@example.com"},
	}
	if !reflect.DeepEqual(r.Reports, []report.Report{want}) {
		t.Errorf("%+v\ninstead of\n%+v", r.Reports, want)
	}
}

func TestAnActionIsReadWithAllItsFields(t *testing.T) {
	var r Record
	err := addAction(&r, raw(t, bson.M{
		"_id": "000000000001/2", "schema": 1, "report": "000000000001", "n": 2, "type": "resolved", "at": began,
		"actor": bson.M{"kind": "staff", "user": "lan", "name": "Nguyễn Thị Lan", "unit": "883"},
		"unit":  "884", "text": "Xong.", "outcome": "handled", "key": "k",
		"evidence": bson.M{"rule": "commune", "method": "chosen", "confidence": 1.0, "jurisdiction": "v"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Stored{"000000000001/2", report.Action{
		Report: "000000000001", N: 2, Type: report.Resolved, At: began,
		Actor: report.Actor{Kind: report.Staff, User: "lan", Name: "Nguyễn Thị Lan", Unit: "883"},
		Unit:  "884", Text: "Xong.", Outcome: report.Handled, Key: "k",
		Evidence: &report.Evidence{Rule: "commune", Method: "chosen", Confidence: 1, Jurisdiction: "v"},
	}}
	if !reflect.DeepEqual(r.Actions, []Stored{want}) {
		t.Errorf("%+v\ninstead of\n%+v", r.Actions, want)
	}
}

func TestAMarkerIsReadWithItsEntries(t *testing.T) {
	var r Record
	id := bson.NewObjectID()
	if err := addMarker(&r, raw(t, bson.M{"_id": id, "at": began, "entries": "A B/1"})); err != nil {
		t.Fatal(err)
	}
	if want := []Marker{{id.Hex(), began, []string{"A", "B/1"}}}; !reflect.DeepEqual(r.Outbox, want) {
		t.Errorf("%+v", r.Outbox)
	}
}

func TestDamagedDocumentsAreNotRead(t *testing.T) {
	var r Record
	for name, spoil := range map[string]func(bson.M){
		"schema":      func(d bson.M) { d["schema"] = 9 },
		"no schema":   func(d bson.M) { delete(d, "schema") },
		"narrative":   func(d bson.M) { d["narrative"] = 7 },
		"no text":     func(d bson.M) { delete(d, "narrative") },
		"no time":     func(d bson.M) { delete(d, "received_at") },
		"wrong place": func(d bson.M) { d["place"] = "883" },
	} {
		d := reportSample()
		spoil(d)
		if err := addReport(&r, raw(t, d)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	if err := addAction(&r, raw(t, bson.M{"_id": "000000000001/2", "schema": 2})); err == nil {
		t.Error("an action of another schema was read")
	}
}
