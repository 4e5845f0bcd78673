package check

import (
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

func TestDamageToTheJournalIsFound(t *testing.T) { checkDamages(t, journalDamages()) }

// late is when the bound on routing is over for everything.
func late(w *world) time.Duration { return w.now + 2*time.Minute }

func isRouted(a Stored) bool { return a.Type == report.Routed }

func journalDamages() []damage {
	return []damage{
		{"told", NotRouted, func(w *world) []string {
			w.removeActions(func(a Stored) bool { return a.Report == w.plain })
			w.forget(w.plain)
			w.listed()
			return about(w.plain)
		}},
		{"nobody was told", NotRouted, func(w *world) []string {
			w.removeActions(func(a Stored) bool { return a.Report == w.orphan })
			w.listed()
			return about(w.orphan)
		}},
		{"to another unit", RoutedTwice, func(w *world) []string {
			w.append(report.Action{Report: w.plain, Type: report.Routed, Actor: report.Actor{Kind: report.System}, Unit: "884"})
			return about(w.plain)
		}},
		{"much later", RoutedTwice, func(w *world) []string {
			w.append(report.Action{Report: w.rich, Type: report.Routed, Actor: report.Actor{Kind: report.System}, Unit: "883"})
			return about(w.rich)
		}},
		{"by its time", RoutedLate, func(w *world) []string {
			w.stored(w.plain, isRouted).At = began.Add(late(w))
			w.forget(w.plain)
			w.listed()
			return about(w.plain)
		}},
		{"nobody was told", RoutedLate, func(w *world) []string {
			w.stored(w.orphan, isRouted).At = began.Add(late(w))
			w.listed()
			return about(w.orphan)
		}},
		{"as somebody saw", RoutedLate, func(w *world) []string {
			w.forget(w.plain)
			w.history.Ops = append(w.history.Ops, history.Op{Start: late(w), End: late(w) + 1, Track: &history.Track{
				CaseNumber: w.plain.CaseNumber("AG"), Reply: history.Reply{Status: 200}, Shown: &history.Shown{Status: "received"},
			}})
			return about(w.plain)
		}},
		{"", RoutedElsewhere, func(w *world) []string {
			a := w.stored(w.plain, isRouted)
			a.Unit = "886"
			w.forget(w.plain)
			w.listed()
			return about(w.plain)
		}},
		{"the first", NumbersGap, func(w *world) []string {
			w.removeActions(func(a Stored) bool { return a.Report == w.rich && a.N == 1 })
			return about(w.rich)
		}},
		{"between", NumbersGap, func(w *world) []string {
			gone := w.unacknowledged()
			w.removeActions(func(a Stored) bool { return a.ID == gone.ID })
			return about(w.rich)
		}},
		{"a copy", NumberTwice, func(w *world) []string {
			twin := w.acknowledged(1)
			twin.ID += "x"
			w.record.Actions = append(w.record.Actions, twin)
			return about(w.rich)
		}},
		{"", Stray, func(w *world) []string { w.removeReport(w.orphan, false); return about(w.orphan) }},
		{"a report", Damaged, func(w *world) []string {
			w.removeReport(w.rich, false)
			w.record.Damaged = []Document{{"reports", string(w.rich), "schema 9"}}
			w.listed()
			return about(w.rich)
		}},
		{"the routed action", Damaged, func(w *world) []string {
			w.removeActions(func(a Stored) bool { return a.Report == w.plain })
			w.record.Damaged = []Document{{"actions", string(w.plain) + "/1", "schema 9"}}
			w.listed()
			return about(w.plain)
		}},
		{"an action that was acknowledged", Damaged, func(w *world) []string {
			gone := w.acknowledged(1)
			w.removeActions(func(a Stored) bool { return a.ID == gone.ID })
			w.record.Damaged = []Document{{"actions", gone.ID, "schema 9"}}
			w.listed()
			return about(w.rich)
		}},
		{"an action under another's name", Damaged, func(w *world) []string {
			w.stored(w.plain, isRouted).ID = "somewhere/1"
			return about(w.plain)
		}},
		{"a reply by somebody who has not claimed it", FoldFails, func(w *world) []string {
			c := w.fold(w.rich)
			text := "Trả lời thay."
			w.op(history.Op{Act: &history.Act{
				Request: "a", CaseNumber: w.rich.CaseNumber("AG"), User: "minh", Type: "replied", Expect: c.Last, Text: text, Reply: history.Reply{Status: 201},
			}})
			w.append(report.Action{Report: w.rich, Type: report.Replied, Actor: report.Actor{Kind: report.Staff, User: "minh"}, Text: text})
			w.listed()
			return about(w.rich)
		}},
		{"before its report", BackInTime, func(w *world) []string {
			w.stored(w.plain, isRouted).At = w.find(w.plain).ReceivedAt.Add(-time.Millisecond)
			w.listed()
			return about(w.plain)
		}},
		{"before another action", BackInTime, func(w *world) []string {
			last := w.fold(w.rich).Last
			w.stored(w.rich, func(a Stored) bool { return a.N == last }).At = w.find(w.rich).ReceivedAt
			w.listed()
			return about(w.rich)
		}},
		{"of a report", OutboxLeft, func(w *world) []string {
			w.record.Outbox = []Marker{{ID: "m", At: began, Entries: []string{string(w.rich) + "/2", string(w.plain)}}}
			return about(w.rich)
		}},
		{"of nothing", OutboxLeft, func(w *world) []string { w.record.Outbox = []Marker{{ID: "m", At: began}}; return []string{""} }},
	}
}
