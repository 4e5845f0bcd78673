package check

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// figures measures the run.
func (c *comparison) figures() Figures {
	f := Figures{
		Answers: map[string]int{}, Faults: map[string]int{}, Rows: map[string]int{},
		Submissions: len(c.submissions), Stored: len(c.state.Record.Reports), Actions: len(c.state.Record.Actions),
	}
	for _, op := range c.history.Ops {
		c.count(&f, op)
	}
	f.Kills = f.Faults["kill"]
	for _, b := range c.state.Boards {
		f.Rows[b.Desk] = len(b.Rows)
	}
	var accept []time.Duration
	for _, s := range c.submissions {
		f.Retries += s.retries()
		if len(s.accepted) == 0 {
			f.GivenUp++
			continue
		}
		f.Accepted++
		accept = append(accept, s.firstAccepted()-s.begun())
	}
	f.ToAccept = spread(accept)
	c.measureRouting(&f)
	return f
}

// count counts one operation.
func (c *comparison) count(f *Figures, op opOf) {
	if op.Fault != nil {
		f.Faults[op.Fault.Kind]++
	}
	reply, isRequest := op.Reply()
	if !isRequest {
		return
	}
	f.Requests++
	kind := "read"
	switch {
	case op.Submit != nil:
		kind = "submit"
	case op.Write != nil:
		kind = "write"
	case op.Track != nil:
		kind = "track"
	case op.Act != nil:
		kind = "act"
	}
	answer := "none"
	if reply.Status != 0 {
		answer = strconv.Itoa(reply.Status)
	}
	f.Answers[kind+" "+answer]++
	if (op.Act != nil || op.Write != nil) && reply.Status == http.StatusCreated {
		f.Acknowledged++
	}
}

func (c *comparison) measureRouting(f *Figures) {
	var route, seenAfter []time.Duration
	last := time.Duration(math.MinInt64)
	seen := c.looks()
	c.inOrder(func(r *filed) {
		told := r.owner != nil && len(r.owner.accepted) > 0
		if !told {
			f.Orphans++
		}
		a := r.routing()
		if a == nil {
			return
		}
		route = append(route, a.At.Sub(r.ReceivedAt))
		last = max(last, a.At.Sub(c.history.Began)-c.lastFault)
		if toDutyDesk(a) {
			f.DutyDesk++
		}
		if l := seen[r.ID]; told && l.waited > 0 {
			seenAfter = append(seenAfter, max(0, l.waited-r.owner.firstAccepted()))
		}
	})
	f.ToRoute, f.ToSeen = spread(route), spread(seenAfter)
	if len(route) > 0 {
		f.LastRouted = last
	}
}

// retries counts the attempts that became necessary before the first
// acceptance, or that were in vain.
func (s *submission) retries() int {
	n := 0
	for _, op := range s.attempts {
		if op.Submit.Accepted != nil {
			break
		}
		n++
	}
	if len(s.accepted) == 0 {
		n--
	}
	return n
}

func (s *submission) begun() time.Duration {
	return slices.MinFunc(s.attempts, func(a, b opOf) int { return int(a.Start - b.Start) }).Start
}

// firstAccepted is when the resident first knew.
func (s *submission) firstAccepted() time.Duration {
	return slices.MinFunc(s.accepted, func(a, b opOf) int { return int(a.End - b.End) }).End
}

// spread measures durations.
func spread(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	rank := func(p float64) time.Duration { return all[max(0, int(math.Ceil(p*float64(len(all))))-1)] }
	return Spread{N: len(all), P50: rank(0.5), P99: rank(0.99), Max: all[len(all)-1]}
}

// passing says that a finding may go away by itself while the programs finish
// what they have in hand.
func passing(k Kind) bool {
	switch k {
	case NotRouted, OutboxLeft, Misplaced, BoardDiffers, BoardLacks, BoardRepeats, BoardInvents, BoardsDiffer, BoardBehind, BoardMiscounts:
		return true
	}
	return false
}
