package check

import (
	"testing"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

func TestDamageToWhatOfficersAndResidentsDidIsFound(t *testing.T) { checkDamages(t, actionDamages()) }

func actionDamages() []damage {
	return []damage{
		{"a claim", ActionLost, func(w *world) []string { return w.loseAct(0) }},
		{"a note between others", ActionLost, func(w *world) []string { return w.loseAct(1) }},
		{"the last one", ActionLost, func(w *world) []string { return w.loseAct(2) }},
		{"another in its place", ActionLost, func(w *world) []string {
			gone := w.acknowledged(1)
			w.stored(w.rich, func(a Stored) bool { return a.ID == gone.ID }).Text = "Khác."
			w.listed()
			return about(w.rich)
		}},
		{"one for two", ActionLost, func(w *world) []string {
			claim := w.anyOf(func(op opOf) bool {
				return op.Act != nil && op.Act.Status == 201 && op.Act.Type == "claimed" && op.Act.CaseNumber == w.rich.CaseNumber("AG")
			})
			again := *claim.Act
			again.Request = "again"
			w.op(history.Op{Act: &again})
			return about(w.rich)
		}},
		{"a resident's message", ActionLost, func(w *world) []string {
			gone := *w.stored(w.rich, isAnswered)
			w.removeActions(func(a Stored) bool { return a.ID == gone.ID })
			w.listed()
			return about(w.rich)
		}},
		{"a note", ActionTwice, func(w *world) []string {
			w.append(w.acknowledged(1).Action)
			w.listed()
			return about(w.rich)
		}},
		{"a resident's message", ActionTwice, func(w *world) []string {
			w.append(w.stored(w.rich, isAnswered).Action)
			w.forget(w.rich)
			w.listed()
			return about(w.rich)
		}},
		{"a note that nobody asked for", Unasked, func(w *world) []string {
			w.append(report.Action{Report: w.plain, Type: report.Noted, Actor: report.Actor{Kind: report.Staff, User: "minh"}, Text: "?"})
			w.listed()
			return about(w.plain)
		}},
		{"a claim that nobody asked for", Unasked, func(w *world) []string {
			w.append(report.Action{Report: w.plain, Type: report.Claimed, Actor: report.Actor{Kind: report.Staff, User: "lan"}})
			w.forget(w.plain)
			w.listed()
			return about(w.plain)
		}},
		{"an action that was refused", Unasked, func(w *world) []string {
			w.op(history.Op{Act: &history.Act{
				Request: "a", CaseNumber: w.plain.CaseNumber("AG"), User: "minh", Type: "noted", Expect: 1, Text: "Không được.",
				Reply: history.Reply{Status: 403, Code: "forbidden"},
			}})
			w.append(report.Action{Report: w.plain, Type: report.Noted, Actor: report.Actor{Kind: report.Staff, User: "minh"}, Text: "Không được."})
			w.listed()
			return about(w.plain)
		}},
		{"a message that the resident did not write", Unasked, func(w *world) []string { return w.answered("?") }},
		{"a message of another resident", Unasked, func(w *world) []string { return w.answered(w.stored(w.rich, isAnswered).Text) }},
		{"a message that was refused", Unasked, func(w *world) []string {
			w.op(history.Op{Write: &history.Write{
				Request: "m", CaseNumber: w.plain.CaseNumber("AG"), Text: "Quá nhiều.", Reply: history.Reply{Status: 429},
			}})
			return w.answered("Quá nhiều.")
		}},
	}
}

func isAnswered(a Stored) bool { return a.Type == report.Answered }

// loseAct removes the nth acknowledged action of the rich case.
func (w *world) loseAct(n int) []string {
	gone := w.acknowledged(n)
	w.removeActions(func(a Stored) bool { return a.ID == gone.ID })
	w.listed()
	return about(w.rich)
}

// answered has the plain case hold a message.
func (w *world) answered(text string) []string {
	w.append(report.Action{Report: w.plain, Type: report.Answered, Actor: report.Actor{Kind: report.Resident}, Text: text})
	w.forget(w.plain)
	w.listed()
	return about(w.plain)
}
