package check

import (
	"pgregory.net/rapid"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// fullLife does to a case all that damages need: actions that were
// acknowledged, one that was not, a message of the resident, looks between.
func (w *world) fullLife(id report.ID) {
	w.act(id, report.Claimed, "lan", certain)
	w.act(id, report.Noted, "minh", certain)
	w.act(id, report.Replied, "lan", unknown)
	w.look(id, false)
	w.write(id, certain)
	w.act(id, report.Replied, "lan", certain)
	w.act(id, report.Noted, "lan", refused)
	w.write(id, refused)
}

// outcome is what the client was told about what happened.
type outcome int

const (
	certain outcome = iota // it happened, and the client knows, perhaps after failures
	unknown                // it happened, and the client was never told
	refused                // it did not happen
)

// step does something that the case's state allows.
func (w *world) step(id report.ID) {
	how := rapid.SampledFrom([]outcome{certain, certain, unknown, refused}).Draw(w.t, "outcome")
	c := w.fold(id)
	switch choice := rapid.IntRange(0, 6).Draw(w.t, "step"); {
	case choice == 0:
		w.look(id, false)
	case choice == 1 && w.told(id):
		w.write(id, how)
	case choice == 2 || c.State == report.StateResolved:
		w.act(id, rapid.SampledFrom([]report.Type{report.Noted, report.Reopened}).Filter(func(t report.Type) bool {
			return t == report.Noted || c.State == report.StateResolved
		}).Draw(w.t, "type"), "minh", how)
	case choice == 3:
		w.act(id, report.Transferred, "minh", how)
	case c.State == report.StateRouted:
		w.act(id, report.Claimed, "lan", how)
	default:
		w.act(id, rapid.SampledFrom([]report.Type{report.Replied, report.Released, report.Resolved}).Draw(w.t, "type"), c.Assignee, how)
	}
}

func (w *world) told(id report.ID) bool {
	for _, op := range w.history.Ops {
		if op.Submit != nil && op.Submit.Accepted != nil && op.Submit.Accepted.CaseNumber == id.CaseNumber("AG") {
			return true
		}
	}
	return false
}

// act has an officer act.
func (w *world) act(id report.ID, t report.Type, user string, how outcome) {
	c := w.fold(id)
	a := report.Action{Report: id, Type: t, Actor: report.Actor{Kind: report.Staff, User: user}}
	request := w.name(user + "/")
	if t != report.Claimed && t != report.Released {
		a.Text = "Số việc: " + request
	}
	switch {
	case t == report.Transferred && c.Unit == "884":
		a.Unit = "886"
	case t == report.Transferred:
		a.Unit = "884"
	case t == report.Resolved:
		a.Outcome = report.Handled
	}
	ask := func(r history.Reply) {
		w.op(history.Op{Act: &history.Act{
			Request: request, CaseNumber: id.CaseNumber("AG"), User: user, Type: string(t), Expect: c.Last,
			Text: a.Text, Unit: a.Unit, Outcome: string(a.Outcome), Reply: r,
		}})
	}
	if how == refused {
		ask(rapid.SampledFrom([]history.Reply{{Status: 403, Code: "not_yours"}, {Status: 404, Code: "not_found"}, {Status: 409, Code: "conflict"}}).Draw(w.t, "refusal"))
		return
	}
	if how == unknown || w.maybe("failure") {
		ask(w.failure())
	}
	w.append(a)
	if how == certain {
		ask(history.Reply{Status: 201})
	} else if w.maybe("repeated") {
		ask(history.Reply{Status: 409, Code: "conflict"})
	}
}

// write has the resident write.
func (w *world) write(id report.ID, how outcome) {
	request := w.name("message/")
	text := "Tôi nhớ thêm: " + request
	ask := func(r history.Reply) {
		w.op(history.Op{Write: &history.Write{Request: request, CaseNumber: id.CaseNumber("AG"), Text: text, Reply: r}})
	}
	if how == refused {
		ask(history.Reply{Status: 429, Code: "too_many_messages"})
		return
	}
	if how == unknown || w.maybe("failure") {
		ask(w.failure())
	}
	w.append(report.Action{Report: id, Type: report.Answered, Actor: report.Actor{Kind: report.Resident}, Text: text})
	if how == certain {
		ask(history.Reply{Status: 201})
	}
}

// look has the resident look, and see what there is.
func (w *world) look(id report.ID, final bool) {
	t := history.Track{CaseNumber: id.CaseNumber("AG"), Receipt: "R", Final: final, Reply: history.Reply{Status: 200}}
	c := w.fold(id)
	t.Shown = &history.Shown{Status: string(c.State), Unit: c.Unit, Outcome: string(c.Outcome)}
	for _, a := range c.Actions {
		switch a.Type {
		case report.Replied, report.Resolved, report.Answered:
			t.Shown.Messages = append(t.Shown.Messages, a.Text)
		}
	}
	w.op(history.Op{Track: &t})
}
