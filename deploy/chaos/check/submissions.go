package check

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

type opOf = history.Op

// submission is all that happened under one key.
type submission struct {
	key      string
	attempts []opOf // in the order in which they ended
	accepted []opOf // of them, those that were told 201
	stored   []*filed
}

// id is the report that the resident was told of; empty if nobody was.
func (s *submission) id() report.ID {
	if len(s.accepted) == 0 {
		return ""
	}
	return idOf(s.accepted[0].Submit.Accepted.CaseNumber)
}

// about names the submission in a finding.
func (s *submission) about() string {
	if id := s.id(); id != "" {
		return string(id)
	}
	return s.key
}

// submitted checks what residents were told about their reports.
func (c *comparison) submitted() {
	c.gatherSubmissions()
	c.inOrder(c.claim)
	numbers, receipts := map[string]*submission{}, map[string]*submission{}
	for _, s := range c.submissions {
		if c.sharedWithOthers(s, numbers, receipts) {
			continue
		}
		c.answersAgree(s)
		c.onlyOneBody(s)
		c.kept(s)
	}
}

func (c *comparison) gatherSubmissions() {
	byKey := map[string]*submission{}
	c.owners = map[string]*submission{}
	for _, op := range c.history.Ops {
		if op.Submit == nil {
			continue
		}
		s := byKey[op.Submit.Key]
		if s == nil {
			s = &submission{key: op.Submit.Key}
			byKey[s.key] = s
			c.submissions = append(c.submissions, s)
		}
		s.attempts = append(s.attempts, op)
		if op.Submit.Accepted != nil {
			s.accepted = append(s.accepted, op)
		}
		var body client.Submission
		if json.Unmarshal(op.Submit.Body, &body) == nil {
			c.owners[body.Narrative] = s
		}
	}
}

// claim finds who sent a report that is in the journal.
func (c *comparison) claim(f *filed) {
	s := c.owners[f.Narrative]
	switch {
	case s == nil && c.alteredOf(f.ID) != nil:
		f.owner = c.alteredOf(f.ID) // kept says what is wrong with it
	case s == nil:
		c.found(Unasked, string(f.ID), "", "nobody sent this report")
	case s.refused():
		c.found(Unasked, string(f.ID), "", "every attempt at this report was refused")
	default:
		f.owner = s
		s.stored = append(s.stored, f)
		if len(s.stored) == 2 {
			c.found(Doubled, string(f.ID), "", "also in the journal as %s", s.stored[0].ID)
		}
	}
}

// alteredOf is the submission that was told of a report, whatever it says now.
func (c *comparison) alteredOf(id report.ID) *submission {
	for _, s := range c.submissions {
		if s.id() == id {
			return s
		}
	}
	return nil
}

// refused says that whoever sent it was told for certain that it is not taken.
func (s *submission) refused() bool {
	for _, op := range s.attempts {
		if op.Submit.Accepted != nil || op.Submit.Unknown() || op.Submit.Status < 400 {
			return false
		}
	}
	return true
}

// sharedWithOthers names a number or receipt that another submission has.
func (c *comparison) sharedWithOthers(s *submission, numbers, receipts map[string]*submission) (shared bool) {
	for _, op := range s.accepted {
		a := op.Submit.Accepted
		for _, given := range []struct {
			to   map[string]*submission
			what string
			text string
		}{{numbers, "case number", a.CaseNumber}, {receipts, "receipt", a.Receipt}} {
			other := given.to[given.text]
			if other == nil {
				given.to[given.text] = s
			} else if other != s && !shared {
				shared = true
				c.found(NumberShared, s.key, op.Target, "the %s of %s was given to another submission as well", given.what, a.CaseNumber)
			}
		}
	}
	return shared
}

// answersAgree checks that every 201 said the same.
func (c *comparison) answersAgree(s *submission) {
	if len(s.accepted) == 0 {
		return
	}
	first := s.accepted[0].Submit.Accepted
	var number, receipt, rest bool
	for _, op := range s.accepted[1:] {
		a := op.Submit.Accepted
		if a.CaseNumber != first.CaseNumber && !number {
			number = true
			c.found(NumbersDiffer, s.about(), op.Target, "told %s first, then %s", first.CaseNumber, a.CaseNumber)
		}
		if a.Receipt != first.Receipt && !receipt {
			receipt = true
			c.found(ReceiptsDiffer, s.about(), op.Target, "two receipts")
		}
		if (!a.ReceivedAt.Equal(first.ReceivedAt) || a.Unit != first.Unit) && !rest {
			rest = true
			c.found(AnswersDiffer, s.about(), op.Target, "told %s %s first, then %s %s",
				stamp(first.ReceivedAt), first.Unit, stamp(a.ReceivedAt), a.Unit)
		}
	}
}

// onlyOneBody checks that a key stands for one body only.
func (c *comparison) onlyOneBody(s *submission) {
	bodies := distinct(s.accepted, func(op opOf) string { return string(op.Submit.Body) })
	if len(bodies) > 1 {
		c.found(OtherBodyAccepted, s.about(), bodies[1].Target, "variants %d and %d were both accepted",
			bodies[0].Submit.Variant, bodies[1].Submit.Variant)
	}
	for _, op := range s.attempts {
		if op.Submit.Status == http.StatusUnprocessableEntity && op.Submit.Code == keyReused && !s.anotherBefore(op) {
			c.found(WronglyRefused, s.about(), op.Target, "refused as another body, which nobody had sent")
			return
		}
	}
}

// keyReused is the code of the refusal of another body.
const keyReused = "key_reused"

// anotherBefore says that another body may have been first: one was sent
// before this was answered, and this body had not been accepted already.
func (s *submission) anotherBefore(refused opOf) bool {
	another := false
	for _, op := range s.attempts {
		same := bytes.Equal(op.Submit.Body, refused.Submit.Body)
		if same && op.Submit.Accepted != nil && op.End <= refused.Start {
			return false
		}
		another = another || !same && op.Start <= refused.End
	}
	return another
}

// kept checks that what was accepted is in the journal, as it was sent.
func (c *comparison) kept(s *submission) {
	if len(s.accepted) == 0 {
		return
	}
	for _, op := range distinct(s.accepted, func(op opOf) string { return op.Submit.Accepted.CaseNumber }) {
		id := idOf(op.Submit.Accepted.CaseNumber)
		if c.damaged[id] {
			return
		}
		f := c.cases[id]
		if f == nil {
			continue // perhaps another of its numbers is there
		}
		if what := differences(f.Report, s.accepted); what != "" {
			c.found(Altered, string(id), "", "not as it was sent: %s", what)
		}
		return
	}
	at := s.accepted[0]
	c.found(Lost, s.about(), at.Target, "accepted as %s after %s, not in the journal", at.Submit.Accepted.CaseNumber, at.End.Round(time.Millisecond))
}
