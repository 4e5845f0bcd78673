package check

import (
	"net/http"
	"slices"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// tracked checks every look with a receipt: it must show what the case was
// after some of its actions, and none that was acknowledged before may be
// missing.
func (c *comparison) tracked() {
	known := c.acknowledgements()
	views := map[report.ID][]history.Shown{}
	for _, op := range c.history.Ops {
		if w := op.Write; w != nil && w.Status == http.StatusNotFound && c.cases[idOf(w.CaseNumber)] != nil {
			c.found(ReceiptDead, string(idOf(w.CaseNumber)), op.Target, "the receipt was not known to whoever wrote with it")
		}
		t := op.Track
		if t == nil {
			continue
		}
		id := idOf(t.CaseNumber)
		f := c.cases[id]
		if f == nil || c.damaged[id] {
			continue // lost or damaged, named already
		}
		switch {
		case t.Status == http.StatusNotFound:
			c.found(ReceiptDead, string(id), op.Target, "the receipt was not known at %s", op.Start.Round(time.Millisecond))
		case t.Code == "another-case":
			c.found(TrackDiffers, string(id), op.Target, "the receipt showed another case")
		case t.Shown != nil && !f.unsound:
			if views[id] == nil {
				views[id] = f.views()
			}
			c.looked(f, op, views[id], known[id])
		}
	}
}

// views are what a resident sees of a case after none, one, two … actions.
func (f *filed) views() []history.Shown {
	status := report.Begin(f.ReceivedAt)
	var messages []string
	out := []history.Shown{{Status: string(status.State)}}
	for _, a := range f.actions {
		next, err := status.Replay(a.Action)
		if err != nil {
			return out // folded has said so
		}
		status = next
		switch a.Type {
		case report.Replied, report.Resolved, report.Answered:
			messages = append(messages, a.Text)
		}
		out = append(out, history.Shown{
			Status: string(status.State), Unit: status.Unit, Outcome: string(status.Outcome),
			Messages: slices.Clip(messages),
		})
	}
	return out
}

// acknowledgement is that somebody knew of an action at a time.
type acknowledgement struct {
	at time.Duration
	n  int
}

// acknowledgements gathers when actions were acknowledged, in order of time.
func (c *comparison) acknowledgements() map[report.ID][]acknowledgement {
	out := map[report.ID][]acknowledgement{}
	for _, op := range c.history.Ops {
		switch {
		case op.Act != nil && op.Act.Status == http.StatusCreated:
			id := idOf(op.Act.CaseNumber)
			out[id] = append(out[id], acknowledgement{op.End, op.Act.Expect + 1})
		case op.Write != nil && op.Write.Status == http.StatusCreated:
			id := idOf(op.Write.CaseNumber)
			if n := c.numberOf(id, op.Write.Text); n > 0 {
				out[id] = append(out[id], acknowledgement{op.End, n})
			}
		}
	}
	return out
}

// numberOf is the number of a resident's message; 0 if it is not there.
func (c *comparison) numberOf(id report.ID, text string) int {
	if f := c.cases[id]; f != nil {
		for _, a := range f.actions {
			if a.Type == report.Answered && a.Text == text {
				return a.N
			}
		}
	}
	return 0
}

// looked checks one look.
func (c *comparison) looked(f *filed, op opOf, views []history.Shown, known []acknowledgement) {
	least := 0
	for _, k := range known {
		if k.at <= op.Start {
			least = max(least, k.n)
		}
	}
	if op.Track.Final {
		least = len(views) - 1
	}
	shown := *op.Track.Shown
	for _, v := range views[min(least, len(views)):] {
		if v.Status == shown.Status && v.Unit == shown.Unit && v.Outcome == shown.Outcome && slices.Equal(v.Messages, shown.Messages) {
			return
		}
	}
	last := views[len(views)-1]
	c.found(TrackDiffers, string(f.ID), op.Target, "at %s it showed %s %s with %d messages; after action %d or later it never was; at last it is %s %s with %d",
		op.Start.Round(time.Millisecond), shown.Status, shown.Unit, len(shown.Messages), least, last.Status, last.Unit, len(last.Messages))
}
