package check

import (
	"net/http"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// request is an action that somebody asked for, with all attempts at it.
type request struct {
	history.Act
	acknowledged bool
	refused      bool // every attempt was, for certain
	kept         bool // the journal has it in its place
}

// place is where an action stands in the journal.
type place struct {
	report report.ID
	n      int
}

// acted checks the actions of officers.
func (c *comparison) acted() {
	requests, order := map[string]*request{}, []*request(nil)
	for _, op := range c.history.Ops {
		if op.Act == nil {
			continue
		}
		r := requests[op.Act.Request]
		if r == nil {
			r = &request{Act: *op.Act, refused: true}
			requests[op.Act.Request] = r
			order = append(order, r)
		}
		r.acknowledged = r.acknowledged || op.Act.Status == http.StatusCreated
		r.refused = r.refused && op.Act.Status >= 400 && op.Act.Status < 500
	}
	meant, holder := map[place][]*request{}, map[place]*request{}
	byCase := map[report.ID][]*request{}
	for _, r := range order {
		at := place{idOf(r.CaseNumber), r.Expect + 1}
		meant[at] = append(meant[at], r)
		byCase[at.report] = append(byCase[at.report], r)
		c.keptAct(r, at, holder)
	}
	c.inOrder(func(f *filed) {
		for _, a := range f.actions {
			if a.Actor.Kind == report.Staff {
				c.askedFor(a, meant[place{f.ID, a.N}], byCase[f.ID])
			}
		}
	})
}

// keptAct checks that the journal has what was acknowledged.
func (c *comparison) keptAct(r *request, at place, holder map[place]*request) {
	f := c.cases[at.report]
	if f == nil || c.damaged[at.report] {
		return // named already
	}
	for _, a := range f.actions {
		r.kept = r.kept || a.N == at.n && r.is(a.Action)
	}
	if !r.acknowledged {
		return
	}
	if !r.kept {
		f.missing = true
		c.found(ActionLost, string(at.report), "", "%s by %s was acknowledged as number %d, not in the journal", r.Type, r.User, at.n)
		return
	}
	if other := holder[at]; other != nil {
		c.found(ActionLost, string(at.report), "", "%s as number %d was acknowledged to two requests, %s and %s", r.Type, at.n, other.Request, r.Request)
		return
	}
	holder[at] = r
}

// is says that a stored action is what was asked for.
func (r *request) is(a report.Action) bool {
	return a.Actor.Kind == report.Staff && a.Actor.User == r.User && string(a.Type) == r.Type &&
		a.Text == r.Text && (a.Unit == r.Unit || a.Type != report.Transferred) && string(a.Outcome) == r.Outcome
}

// askedFor checks that somebody asked for an action of staff, once.
func (c *comparison) askedFor(a Stored, here, all []*request) {
	refused := false
	for _, r := range here {
		if r.acknowledged && !r.kept {
			return // something else stands in its place, which is named already
		}
		if r.is(a.Action) {
			if !r.refused {
				return
			}
			refused = true
		}
	}
	if refused {
		c.found(Unasked, string(a.Report), a.ID, "%s by %s is there although it was refused", a.Type, a.Actor.User)
		return
	}
	for _, r := range all {
		if r.kept && r.is(a.Action) {
			c.found(ActionTwice, string(a.Report), a.ID, "%s by %s is there as number %d and as number %d", a.Type, a.Actor.User, r.Expect+1, a.N)
			return
		}
	}
	c.found(Unasked, string(a.Report), a.ID, "nobody asked for %s by %s as number %d", a.Type, a.Actor.User, a.N)
}
