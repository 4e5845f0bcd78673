package check

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// span is a time during which answers may be slow.
type span struct{ from, to time.Duration }

// answered checks that every request got an answer that its kind may get, and
// soon enough.
func (c *comparison) answered() {
	var slow []span
	for _, op := range c.history.Ops {
		if op.Fault != nil && op.Fault.Slows {
			slow = append(slow, span{op.Start, op.End})
		}
	}
	for _, op := range c.history.Ops {
		reply, isRequest := op.Reply()
		if !isRequest {
			continue
		}
		about, what := c.aboutOp(op)
		switch {
		case reply.Status == 0: // cut off; whether it was too late follows
		case reply.Code == "unreadable", !allowed(op):
			c.found(BadAnswer, about, op.Target, "%s got %d %s at %s", what, reply.Status, reply.Code, op.Start.Round(time.Millisecond))
			continue
		case again(reply.Status, reply.Code) && !seconds(reply.RetryAfter):
			c.found(NoRetryAfter, about, op.Target, "%s got %d %s with Retry-After %q", what, reply.Status, reply.Code, reply.RetryAfter)
		}
		c.soonEnough(op, about, what, slow)
		c.backAgain(op, about, what)
	}
}

// allowed says that a request of its kind may be answered like this.
func allowed(op opOf) bool {
	r, _ := op.Reply()
	ok := []int{http.StatusServiceUnavailable}
	switch {
	case op.Submit != nil:
		if r.Status == http.StatusUnprocessableEntity {
			return r.Code == keyReused
		}
		ok = append(ok, http.StatusCreated, http.StatusConflict)
	case op.Write != nil:
		ok = append(ok, http.StatusCreated, http.StatusConflict, http.StatusTooManyRequests, http.StatusNotFound)
	case op.Track != nil: // a receipt that is not found is a finding of its own
		ok = append(ok, http.StatusOK, http.StatusNotFound)
	case op.Act != nil:
		if r.Status == http.StatusUnprocessableEntity { // somebody transferred it there first
			return op.Act.Unit != ""
		}
		ok = append(ok, http.StatusCreated, http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	case op.Read != nil:
		ok = append(ok, http.StatusOK)
	}
	return slices.Contains(ok, r.Status)
}

// again says that an answer asks the client to come again.
func again(status int, code string) bool {
	return status == http.StatusServiceUnavailable || status == http.StatusConflict && code == "in_flight"
}

// seconds says that a Retry-After names a wait.
func seconds(header string) bool {
	n, err := strconv.Atoi(header)
	return err == nil && n > 0
}

// soonEnough checks that whoever cannot be served is told so in time.
func (c *comparison) soonEnough(op opOf, about, what string, slow []span) {
	r, _ := op.Reply()
	if r.Status != http.StatusServiceUnavailable && r.Lost != "time-out" {
		return
	}
	bound := c.bounds.Refuse
	if op.Act != nil || op.Read != nil {
		bound = c.bounds.RefuseDesk
	}
	took := op.End - op.Start
	if bound < 0 || took <= bound+c.bounds.Tolerance {
		return
	}
	for _, s := range slow {
		if op.Start <= s.to+bound && s.from <= op.End {
			return
		}
	}
	c.found(SlowRefusal, about, op.Target, "%s at %s: %s after %s", what, op.Start.Round(time.Millisecond), ended(r.Status, r.Lost), took.Round(time.Millisecond))
}

// backAgain checks that the service is back some time after the last fault.
func (c *comparison) backAgain(op opOf, about, what string) {
	r, _ := op.Reply()
	if c.bounds.Return < 0 || !r.Unknown() || op.Start <= c.lastFault+c.bounds.Return {
		return
	}
	c.found(StillAway, about, op.Target, "%s: %s, %s after the last fault", what, ended(r.Status, r.Lost), (op.Start - c.lastFault).Round(time.Millisecond))
}

func ended(status int, lost string) string {
	if status == 0 {
		return "no answer (" + lost + ")"
	}
	return fmt.Sprint(status)
}

// aboutOp names the report that a request is about, and the request.
func (c *comparison) aboutOp(op opOf) (about, what string) {
	switch {
	case op.Submit != nil:
		return op.Submit.Key, "submit"
	case op.Write != nil:
		return string(idOf(op.Write.CaseNumber)), "write"
	case op.Track != nil:
		return string(idOf(op.Track.CaseNumber)), "track"
	case op.Act != nil:
		return string(idOf(op.Act.CaseNumber)), "act " + op.Act.Type
	}
	return "", op.Read.What
}
