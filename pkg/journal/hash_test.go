package journal_test

import (
	"math"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// What is hashed before it is stored must hash the same when it is read.
func TestAnEntryReadBackHasTheSameHash(t *testing.T) {
	j, _ := open(t, journal.Config{})
	var entries []report.Entry
	for n, change := range []func(*report.Report){
		func(*report.Report) {},
		func(r *report.Report) { r.Digest = nil },
		func(r *report.Report) { r.Digest = []byte{} },
		func(r *report.Report) { r.ReceivedAt = time.Now().In(time.FixedZone("ICT", 7*3600)) },
		func(r *report.Report) { r.OccurredAt = time.Date(1969, 7, 20, 20, 17, 40, 999_999_999, time.UTC) },
		func(r *report.Report) { r.OccurredAt = time.UnixMilli(0) },
		func(r *report.Report) { r.Contact, r.Urgent, r.Ongoing = report.Contact{}, true, true },
		func(r *report.Report) { r.Contact = report.Contact{Name: "Lê Văn Tám", Email: "tam@example.org"} },
		func(r *report.Report) { r.Place = report.Place{Unknown: true} },
		func(r *report.Report) { r.Place.Point = &report.Point{} },
		func(r *report.Report) {
			r.Place.Point = &report.Point{Lat: math.Copysign(0, -1), Lon: 0.1 + 0.2, AccuracyM: 1e21}
		},
		func(r *report.Report) {
			r.Place.Point = &report.Point{Lat: math.SmallestNonzeroFloat64, Lon: -179.99999999999997, AccuracyM: 1}
		},
		func(r *report.Report) { r.Narrative = "Dòng một\n\tdòng \"hai\" \\ \u2028 🙂 <b> & $x.y đ" },
	} {
		r := sample(t, n)
		change(&r)
		entries = append(entries, report.Entry{Report: &r})
	}
	r := entries[0].Report
	for n, change := range []func(*report.Action){
		func(*report.Action) {},
		func(a *report.Action) { a.Prev = r.Hash() },
		func(a *report.Action) { a.Evidence = &report.Evidence{} },
		func(a *report.Action) { a.Evidence = &report.Evidence{Confidence: 1.0 / 3, Reasons: []string{}} },
		func(a *report.Action) { a.Evidence = &report.Evidence{Reasons: []string{"", "b"}} },
		func(a *report.Action) { a.Evidence, a.At = nil, time.Now() },
		func(a *report.Action) {
			a.Actor = report.Actor{Kind: report.Staff, User: "lan", Name: "Nguyễn Thị Lan", Unit: "883"}
			a.Type, a.Text, a.Outcome, a.Key = report.Resolved, "Xong.", report.Handled, "k"
		},
	} {
		a := routed(*r, n+1)
		a.Salt = []byte{0, byte(n)} // else the journal gives it one
		change(&a)
		entries = append(entries, report.Entry{Action: &a})
	}
	want := map[string]report.Hash{}
	for n, e := range entries {
		if err := j.Append(t.Context(), e); err != nil {
			t.Fatalf("entry %d: %v", n, err)
		}
		want[e.ID()] = e.Hash()
		again, err := j.Entry(t.Context(), e.ID())
		if err != nil || again.Hash() != e.Hash() {
			t.Errorf("entry %d: read as %+v, was %+v, %v", n, again, e, err)
		}
	}
	if _, err := j.Scan(t.Context(), func(e report.Entry) error {
		if e.Hash() != want[e.ID()] {
			t.Errorf("%s has another hash in a scan", e.ID())
		}
		delete(want, e.ID())
		return nil
	}); err != nil || len(want) > 0 {
		t.Errorf("%d entries were not visited, %v", len(want), err)
	}
}

// What an action says must not be guessed from its hash, which is announced.
func TestTwoActionsThatSayTheSameHaveTwoHashes(t *testing.T) {
	j, _ := open(t, journal.Config{})
	hashes := map[report.Hash]bool{}
	for n := range 2 {
		r := sample(t, n)
		a := routed(r, 1)
		if err := j.Append(t.Context(), report.Entry{Action: &a}); err != nil {
			t.Fatal(err)
		}
		stored, err := j.Action(t.Context(), r.ID, 1)
		if err != nil || len(stored.Salt) != 16 {
			t.Fatalf("salt %x, %v", stored.Salt, err)
		}
		stored.Report = ""
		hashes[stored.Hash()] = true
	}
	if len(hashes) != 2 {
		t.Error("the salt is not in the hash")
	}
}
