package check

import (
	"net/http"

	"github.com/phananh/portal/pkg/report"
)

// message is something that a resident wrote, with all attempts at it.
type message struct {
	report       report.ID
	request      string
	text         string
	acknowledged bool
	refused      bool
	stored       int
}

// written checks what residents wrote to the police.
func (c *comparison) written() {
	byRequest, byText := map[string]*message{}, map[string]*message{}
	var order []*message
	for _, op := range c.history.Ops {
		w := op.Write
		if w == nil {
			continue
		}
		m := byRequest[w.Request]
		if m == nil {
			m = &message{report: idOf(w.CaseNumber), request: w.Request, text: w.Text, refused: true}
			byRequest[w.Request], byText[w.Text] = m, m
			order = append(order, m)
		}
		m.acknowledged = m.acknowledged || w.Status == http.StatusCreated
		m.refused = m.refused && w.Status >= 400 && w.Status < 500
	}
	c.inOrder(func(f *filed) {
		for _, a := range f.actions {
			if a.Actor.Kind == report.Resident {
				c.wrote(f, a, byText[a.Text])
			}
		}
	})
	for _, m := range order {
		f := c.cases[m.report]
		if f == nil || c.damaged[m.report] || !m.acknowledged || m.stored > 0 {
			continue
		}
		f.missing = true
		c.found(ActionLost, string(m.report), "", "the resident's message %s was acknowledged, not in the journal", m.request)
	}
}

// wrote checks one message in the journal.
func (c *comparison) wrote(f *filed, a Stored, m *message) {
	switch {
	case m == nil || m.report != f.ID:
		c.found(Unasked, string(f.ID), a.ID, "the resident did not write this")
	case m.refused:
		c.found(Unasked, string(f.ID), a.ID, "the resident's message %s is there although it was refused", m.request)
	default:
		m.stored++
		if m.stored == 2 {
			c.found(ActionTwice, string(f.ID), a.ID, "the resident's message %s is there more than once", m.request)
		}
	}
}
