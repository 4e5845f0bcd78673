package check

import (
	"slices"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

func TestDamageToWhatResidentsWereToldIsFound(t *testing.T) { checkDamages(t, residentDamages()) }

func residentDamages() []damage {
	out := slices.Concat(lostDamages(), answerDifferences(), unaskedDamages(), lookDamages())
	for name, change := range map[string]func(*report.Report){
		"category":    func(r *report.Report) { r.Category = "fire" },
		"narrative":   func(r *report.Report) { r.Narrative += "!" },
		"district":    func(r *report.Report) { r.Place.District = "884" },
		"commune":     func(r *report.Report) { r.Place.Commune = "" },
		"address":     func(r *report.Report) { r.Place.Address += " " },
		"unknown":     func(r *report.Report) { r.Place.Unknown = true },
		"point":       func(r *report.Report) { r.Place.Point = &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 21} },
		"no point":    func(r *report.Report) { r.Place.Point = nil },
		"occurred_at": func(r *report.Report) { r.OccurredAt = time.Time{} },
		"ongoing":     func(r *report.Report) { r.Ongoing = true },
		"contact":     func(r *report.Report) { r.Contact.Phone = "0912345679" },
		"language":    func(r *report.Report) { r.Language = "en" },
		"received_at": func(r *report.Report) { r.ReceivedAt = r.ReceivedAt.Add(-time.Millisecond) },
	} {
		out = append(out, damage{name, Altered, func(w *world) []string {
			change(w.find(w.rich))
			w.listed()
			return about(w.rich)
		}})
	}
	return out
}

func lostDamages() []damage {
	return []damage{
		{"with its actions", Lost, func(w *world) []string { w.removeReport(w.plain, true); return about(w.plain) }},
		{"its actions still there", Lost, func(w *world) []string { w.removeReport(w.rich, false); return about(w.rich) }},
		{"under a number that is none", Lost, func(w *world) []string {
			w.removeReport(w.plain, true)
			w.forget(w.plain)
			key := w.key(w.plain)
			for _, s := range w.acceptances(w.plain) {
				s.Accepted.CaseNumber = "?"
			}
			return []string{key}
		}},
		{"under another ID", Doubled, func(w *world) []string {
			twin := *w.find(w.plain)
			twin.ID = "ZZZZZZZZZZZZ"
			w.record.Reports = append(w.record.Reports, twin)
			w.route(twin.ID)
			w.listed()
			return about(w.plain, twin.ID)
		}},
	}
}

// second is the second acceptance of the plain report.
func second(w *world) *history.Submit { return w.acceptances(w.plain)[1] }

func answerDifferences() []damage {
	return []damage{
		{"", NumbersDiffer, func(w *world) []string { second(w).Accepted.CaseNumber = "AG-9999-9999-9999"; return about(w.plain) }},
		{"", ReceiptsDiffer, func(w *world) []string { second(w).Accepted.Receipt += "!"; return about(w.plain) }},
		{"time", AnswersDiffer, func(w *world) []string {
			a := second(w).Accepted
			a.ReceivedAt = a.ReceivedAt.Add(time.Millisecond)
			return about(w.plain)
		}},
		{"unit", AnswersDiffer, func(w *world) []string { second(w).Accepted.Unit = "884"; return about(w.plain) }},
		{"", OtherBodyAccepted, func(w *world) []string {
			key := w.key(w.rich)
			op := w.anyOf(func(op opOf) bool { return op.Submit != nil && op.Submit.Key == key && op.Submit.Variant == 1 })
			op.Submit.Reply, op.Submit.Accepted = history.Reply{Status: 201}, w.acceptances(w.rich)[0].Accepted
			return about(w.rich)
		}},
		{"the only body", WronglyRefused, func(w *world) []string {
			s := *w.acceptances(w.plain)[0]
			s.Accepted, s.Reply = nil, history.Reply{Status: 422, Code: keyReused}
			w.op(history.Op{Submit: &s})
			return about(w.plain)
		}},
		{"the body that was accepted before", WronglyRefused, func(w *world) []string {
			s := *w.acceptances(w.rich)[0]
			s.Accepted, s.Reply = nil, history.Reply{Status: 422, Code: keyReused}
			w.op(history.Op{Submit: &s})
			return about(w.rich)
		}},
		{"number and receipt", NumberShared, func(w *world) []string {
			key, theirs := w.key(w.rich), w.acceptances(w.plain)[0].Accepted
			for _, s := range w.acceptances(w.rich) {
				s.Accepted = theirs
			}
			return []string{key}
		}},
		{"receipt", NumberShared, func(w *world) []string {
			for _, s := range w.acceptances(w.rich) {
				s.Accepted.Receipt = w.acceptances(w.plain)[0].Accepted.Receipt
			}
			return []string{w.key(w.rich)}
		}},
	}
}

func unaskedDamages() []damage {
	return []damage{
		{"a report that nobody sent", Unasked, func(w *world) []string {
			r := *w.find(w.plain)
			r.ID, r.Narrative = "ZZZZZZZZZZZZ", "Không ai gửi."
			w.record.Reports = append(w.record.Reports, r)
			w.route(r.ID)
			w.listed()
			return about(r.ID)
		}},
		{"a report that was refused", Unasked, func(w *world) []string {
			r := *w.find(w.plain)
			r.ID, r.Narrative = "ZZZZZZZZZZZZ", "Bị từ chối."
			w.op(history.Op{Submit: &history.Submit{
				Key: "key-refused", Body: encoded(client.Submission{Narrative: r.Narrative}),
				Reply: history.Reply{Status: 409, Code: "in_flight", RetryAfter: "1"},
			}})
			w.record.Reports = append(w.record.Reports, r)
			w.route(r.ID)
			w.listed()
			return about(r.ID)
		}},
	}
}

func lookDamages() []damage {
	look := func(w *world, id report.ID, r history.Reply, s *history.Shown) []string {
		w.op(history.Op{Track: &history.Track{CaseNumber: id.CaseNumber("AG"), Receipt: "R", Reply: r, Shown: s}})
		return about(id)
	}
	ok := history.Reply{Status: 200}
	return []damage{
		{"looking", ReceiptDead, func(w *world) []string {
			return look(w, w.rich, history.Reply{Status: 404, Code: "unknown_receipt"}, nil)
		}},
		{"writing", ReceiptDead, func(w *world) []string {
			w.op(history.Op{Write: &history.Write{Request: "m", CaseNumber: w.rich.CaseNumber("AG"), Text: "?", Reply: history.Reply{Status: 404}}})
			return about(w.rich)
		}},
		{"another case", TrackDiffers, func(w *world) []string {
			return look(w, w.rich, history.Reply{Status: 200, Code: "another-case"}, &history.Shown{Status: "routed"})
		}},
		{"a state that never was", TrackDiffers, func(w *world) []string { return look(w, w.plain, ok, &history.Shown{Status: "resolved", Unit: "883"}) }},
		{"another unit", TrackDiffers, func(w *world) []string { return look(w, w.plain, ok, &history.Shown{Status: "routed", Unit: "884"}) }},
		{"before what was acknowledged", TrackDiffers, func(w *world) []string { return look(w, w.rich, ok, &history.Shown{Status: "received"}) }},
		{"a message that nobody wrote", TrackDiffers, func(w *world) []string {
			return look(w, w.plain, ok, &history.Shown{Status: "routed", Unit: "883", Messages: []string{"?"}})
		}},
		{"not the last state at last", TrackDiffers, func(w *world) []string {
			op := w.anyOf(func(op opOf) bool {
				return op.Track != nil && op.Track.Final && op.Track.CaseNumber == w.plain.CaseNumber("AG")
			})
			op.Track.Shown = &history.Shown{Status: "received"}
			return about(w.plain)
		}},
	}
}
