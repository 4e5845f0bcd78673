package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// Compare finds what is wrong with a state after a history. Findings about
// planted reports do not count.
func Compare(h history.History, s State, b Bounds, planted ...string) Result {
	c := newComparison(h, s, b.withDefaults(), planted)
	c.documents()
	c.submitted()
	c.acted()
	c.written()
	c.numbered()
	c.folded()
	c.routed()
	c.outbox()
	c.tracked()
	c.boards()
	c.answered()
	return Result{Findings: c.findings, Figures: c.figures()}
}

// comparison is one run of Compare.
type comparison struct {
	history history.History
	state   State
	bounds  Bounds
	planted map[string]bool

	cases       map[report.ID]*filed
	damaged     map[report.ID]bool // a document of the report cannot be read
	submissions []*submission
	owners      map[string]*submission // by narrative
	lastFault   time.Duration          // when the last fault was over; 0: there was none
	findings    []Finding
}

// filed is a report in the journal with its actions.
type filed struct {
	report.Report
	actions []Stored // by number
	unsound bool     // its actions cannot be compared any further
	missing bool     // an action that was acknowledged is known to be missing
	folded  report.Case
	owner   *submission // who sent it, if that is known
}

func newComparison(h history.History, s State, b Bounds, planted []string) *comparison {
	c := &comparison{
		history: h, state: s, bounds: b, planted: map[string]bool{},
		cases: map[report.ID]*filed{}, damaged: map[report.ID]bool{},
	}
	for _, id := range planted {
		c.planted[id] = true
	}
	for _, r := range s.Record.Reports {
		c.cases[r.ID] = &filed{Report: r}
	}
	for _, d := range s.Record.Damaged {
		if d.Collection == "outbox" {
			continue
		}
		id, _, _ := strings.Cut(d.ID, "/")
		c.damaged[report.ID(id)] = true
	}
	for _, op := range h.Ops {
		if op.Fault != nil {
			c.lastFault = max(c.lastFault, op.End)
		}
	}
	return c
}

// found adds a finding.
func (c *comparison) found(kind Kind, about, where, format string, args ...any) {
	if c.planted[about] {
		return
	}
	c.findings = append(c.findings, Finding{Kind: kind, Report: about, Where: where, Detail: fmt.Sprintf(format, args...)})
}

// inOrder visits the reports of the journal in the order of their IDs, so that
// the same state gives the same findings.
func (c *comparison) inOrder(visit func(*filed)) {
	for _, id := range slices.Sorted(maps.Keys(c.cases)) {
		visit(c.cases[id])
	}
}

// idOf reads a case number, whatever its prefix; empty if it is none.
func idOf(number string) report.ID {
	_, rest, _ := strings.Cut(number, "-")
	id, err := report.ParseID(rest)
	if err != nil {
		return ""
	}
	return id
}

// distinct returns the different values in order of appearance.
func distinct[T any, K comparable](all []T, key func(T) K) []T {
	seen := map[K]bool{}
	var out []T
	for _, v := range all {
		if k := key(v); !seen[k] {
			seen[k] = true
			out = append(out, v)
		}
	}
	return out
}

// byNumber sorts stored actions, those of one number by their _id.
func byNumber(a, b Stored) int { return cmp.Or(cmp.Compare(a.N, b.N), strings.Compare(a.ID, b.ID)) }
