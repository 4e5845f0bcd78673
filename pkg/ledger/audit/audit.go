// Package audit checks a whole journal: that every entry can be read, that
// each action carries the hash of the entry before it, that no number is
// missing and every step was allowed, and, beside a ledger, that every entry
// is there as it was recorded. It names what is not so.
package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/report"
)

// Kind is what is wrong.
type Kind string

// The kinds of findings.
const (
	Edited     Kind = "edited"     // the entry is not what it was
	Removed    Kind = "removed"    // the entry was there
	Inserted   Kind = "inserted"   // the entry was not written by the portal when it says
	Unreadable Kind = "unreadable" // the entry cannot be decoded
	Impossible Kind = "impossible" // the action could not follow what was before it
	Ledger     Kind = "ledger"     // the ledger itself was changed or damaged
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind   Kind   `json:"kind"`
	Entry  string `json:"entry,omitempty"` // its ID; empty for the ledger's
	Detail string `json:"detail"`
}

// Mended is damage that the ledger's recorder found once. The entry is again as
// the ledger recorded it first: put back from a backup, for instance.
type Mended struct {
	Kind  Kind      `json:"kind"` // edited, removed or unreadable
	Entry string    `json:"entry"`
	Found time.Time `json:"found"`
}

// Result is what an audit found. Its memory is bounded: More counts what was
// found beyond MaxFindings, and MoreHistory what was mended beyond it.
type Result struct {
	Reports     int       `json:"reports"`
	Actions     int       `json:"actions"`
	Recorded    int       `json:"recorded"`   // entries of the ledger
	Unrecorded  int       `json:"unrecorded"` // entries too new to be in the ledger
	Found       int       `json:"found"`      // entries that the ledger has from the journal, not from an announcement
	Unchained   int       `json:"unchained"`  // actions without the hash of the entry before them
	Findings    []Finding `json:"findings"`
	More        int       `json:"more,omitempty"`
	History     []Mended  `json:"history,omitempty"` // what is not wrong any more, the oldest first
	MoreHistory int       `json:"more_history,omitempty"`
}

// MaxFindings bounds Result.Findings, and Result.History as well.
const MaxFindings = 10_000

// late is how much later than it says an entry may have been written: its
// writer's clock, and the time that writing takes.
const late = 10 * time.Minute

// Journal is what an audit reads.
type Journal interface {
	Scan(ctx context.Context, visit func(report.Entry) error) (journal.Scanned, error)
	Entry(ctx context.Context, id string) (report.Entry, error)
}

// Run reads the journal once and checks it, against a ledger if one is given,
// which must have been loaded before. It consumes the ledger's index. The
// portal may be running. An error means that the audit could not be finished.
func Run(ctx context.Context, j Journal, l *ledger.Contents) (Result, error) {
	a := audit{journal: j, trails: map[ledger.Key]*trail{}, removed: map[ledger.Key]bool{}, wrong: map[ledger.Key]bool{}, mended: map[ledger.Key]bool{}}
	if l != nil {
		a.ledger, a.index = l, l.Index
		a.Recorded, a.Found = len(l.Index), l.Found
		for _, d := range l.Damage {
			a.mended[d.Key] = false
		}
	}
	scanned, err := j.Scan(ctx, func(e report.Entry) error {
		a.take(e)
		return nil
	})
	if err != nil {
		return Result{}, fmt.Errorf("audit: %w", err)
	}
	a.Reports, a.Actions = scanned.Reports, scanned.Actions
	for _, id := range scanned.Damaged { // most were visited too
		a.unreadable(id)
	}
	if err := a.closeGaps(ctx); err != nil {
		return Result{}, fmt.Errorf("audit: %w", err)
	}
	a.conclude()
	return a.Result, nil
}

type audit struct {
	Result
	journal Journal
	ledger  *ledger.Contents
	index   map[ledger.Key]report.Hash // what the ledger has and the journal has not shown yet
	trails  map[ledger.Key]*trail      // by the key of the report
	removed map[ledger.Key]bool        // named as such
	wrong   map[ledger.Key]bool        // named as edited or unreadable
	mended  map[ledger.Key]bool        // of those that a recorder found damaged: is as recorded now
	names   map[string]string
}

// standing is how an entry compares with the ledger.
type standing int

const (
	unknown   standing = iota // there is no ledger, or it does not have the entry
	confirmed                 // it is as recorded
	suspect                   // named in a finding
)

func (a *audit) take(e report.Entry) {
	k, ok := ledger.KeyOfEntry(e)
	if !ok {
		a.find(Inserted, e.ID(), "its ID is none that the portal gives")
		return
	}
	hash := e.Hash()
	s := a.compare(k, hash, e)
	t := a.trail(k)
	if e.Report != nil {
		t.begin(*e.Report, hash, s)
	} else {
		t.parked = append(t.parked, parked{*e.Action, hash, s})
	}
	a.advance(t)
}

// compare holds an entry against the ledger.
func (a *audit) compare(k ledger.Key, hash report.Hash, e report.Entry) standing {
	recorded, known := a.index[k]
	delete(a.index, k)
	switch {
	case hash.IsZero():
		a.unreadable(k.String())
		return suspect
	case known && recorded == hash:
		if _, damaged := a.mended[k]; damaged {
			a.mended[k] = true
		}
		return confirmed
	case known:
		a.wrong[k] = true
		a.find(Edited, k.String(), "the ledger has it with another hash")
		return suspect
	case a.ledger == nil:
		return unknown
	case when(e).Before(a.ledger.Compared.Add(-late)):
		a.find(Inserted, k.String(), fmt.Sprintf("it says %s, and was not there when the journal was compared with the ledger at %s",
			when(e).Format(time.RFC3339), a.ledger.Compared.Format(time.RFC3339)))
		return suspect
	}
	a.Unrecorded++
	return unknown
}

func when(e report.Entry) time.Time {
	if e.Report != nil {
		return e.Report.ReceivedAt
	}
	return e.Action.At
}

// unreadable names an entry that cannot be decoded, once.
func (a *audit) unreadable(id string) {
	k, ok := ledger.ParseKey(id)
	if ok && a.wrong[k] {
		return
	}
	if ok {
		a.wrong[k] = true
		delete(a.index, k)
	}
	a.find(Unreadable, id, "it cannot be decoded")
}

func (a *audit) gone(k ledger.Key, why string) {
	if !a.removed[k] {
		a.removed[k] = true
		a.find(Removed, k.String(), why)
	}
}

func (a *audit) find(kind Kind, entry, detail string) {
	if len(a.Findings) >= MaxFindings {
		a.More++
		return
	}
	a.Findings = append(a.Findings, Finding{kind, entry, detail})
}

// conclude adds what the ledger says beyond single entries.
func (a *audit) conclude() {
	for k := range a.index {
		a.gone(k, "the ledger has it, the journal has not")
	}
	if a.ledger != nil {
		for _, d := range a.ledger.Damage {
			a.recall(d)
		}
		for _, f := range a.ledger.Faults {
			a.find(Ledger, "", f.String())
		}
	}
	slices.SortStableFunc(a.Findings, func(x, y Finding) int { return cmp.Compare(x.Entry, y.Entry) })
}

// recall tells damage that was found before: as history if the entry is as it
// was recorded, as a finding if that cannot be said. What is wrong now has been
// named.
func (a *audit) recall(d ledger.Finding) {
	switch {
	case a.wrong[d.Key] || a.removed[d.Key]:
	case !a.mended[d.Key]:
		a.find(Kind(d.Kind), d.Key.String(), fmt.Sprintf("it was found so at %s, and what it was is not in the ledger any more", d.At.Format(time.RFC3339)))
	case len(a.History) >= MaxFindings:
		a.MoreHistory++
	default:
		a.History = append(a.History, Mended{Kind(d.Kind), d.Key.String(), d.At})
	}
}

// isGone says whether an error means that there is no such entry.
func isGone(err error) bool { return errors.Is(err, journal.ErrNotFound) }
