package check

import (
	"slices"
	"strings"

	"github.com/phananh/portal/pkg/report"
)

// documents sorts the journal's documents and names those that cannot be read
// or belong to nothing.
func (c *comparison) documents() {
	for _, d := range c.state.Record.Damaged {
		id, _, _ := strings.Cut(d.ID, "/")
		c.found(Damaged, id, d.Collection+" "+d.ID, "%s", d.Fault)
	}
	stray := map[report.ID]int{}
	for _, a := range c.state.Record.Actions {
		f := c.cases[a.Report]
		if f == nil {
			stray[a.Report]++
			continue
		}
		f.actions = append(f.actions, a)
	}
	for _, a := range distinct(c.state.Record.Actions, func(a Stored) report.ID { return a.Report }) {
		// Where residents were told of the report, "lost" says it better.
		if n := stray[a.Report]; n > 0 && !c.damaged[a.Report] && !c.promised(a.Report) {
			c.found(Stray, string(a.Report), "", "%d actions, no report", n)
		}
	}
	for _, f := range c.cases {
		slices.SortFunc(f.actions, byNumber)
	}
}

// promised says that somebody was told 201 with the report's number.
func (c *comparison) promised(id report.ID) bool {
	return slices.ContainsFunc(c.history.Ops, func(op opOf) bool {
		return op.Submit != nil && op.Submit.Accepted != nil && idOf(op.Submit.Accepted.CaseNumber) == id
	})
}

// numbered checks that the actions of each report are numbered 1, 2, 3 …
func (c *comparison) numbered() {
	c.inOrder(func(f *filed) {
		for i, a := range f.actions {
			switch {
			case i > 0 && a.N == f.actions[i-1].N:
				c.found(NumberTwice, string(f.ID), "", "%s and %s are both number %d", f.actions[i-1].ID, a.ID, a.N)
				f.unsound = true
				return
			case a.ID != report.ActionEntryID(a.Report, a.N) && !c.sharesNumber(f, i):
				c.found(Damaged, string(f.ID), "actions "+a.ID, "says it is %s", report.ActionEntryID(a.Report, a.N))
				f.unsound = true
				return
			}
		}
		for i, a := range f.actions {
			if a.N == i+1 {
				continue
			}
			f.unsound = true
			if !f.missing && !c.damaged[f.ID] { // what was acknowledged is named already
				c.found(NumbersGap, string(f.ID), "", "number %d follows %d", a.N, i)
			}
			return
		}
		f.unsound = f.unsound || f.missing || c.damaged[f.ID]
	})
}

func (c *comparison) sharesNumber(f *filed, i int) bool {
	return i+1 < len(f.actions) && f.actions[i+1].N == f.actions[i].N
}

// folded folds each report whose actions are in order.
func (c *comparison) folded() {
	c.inOrder(func(f *filed) {
		if f.unsound {
			return
		}
		if f.routings() > 1 {
			f.unsound = true // which cannot be folded either; routed says so
			return
		}
		actions := make([]report.Action, len(f.actions))
		for i, a := range f.actions {
			actions[i] = a.Action
		}
		folded, err := report.Fold(f.Report, actions)
		if err != nil {
			c.found(FoldFails, string(f.ID), "", "%v", err)
			f.unsound = true
			return
		}
		f.folded = folded
		before := f.ReceivedAt
		for _, a := range actions {
			if a.At.Before(before) {
				c.found(BackInTime, string(f.ID), "", "action %d (%s) at %s comes after %s", a.N, a.Type, stamp(a.At), stamp(before))
				return
			}
			before = a.At
		}
	})
}

// outbox names what is still to be announced.
func (c *comparison) outbox() {
	for _, m := range c.state.Record.Outbox {
		about := ""
		if len(m.Entries) > 0 {
			about, _, _ = strings.Cut(m.Entries[0], "/")
		}
		c.found(OutboxLeft, about, m.ID, "a marker of %s with %d entries: %.60s", stamp(m.At), len(m.Entries), strings.Join(m.Entries, " "))
	}
}
