package audit_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/report"
)

var (
	began = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	lan   = report.Actor{Kind: report.Staff, User: "lan", Name: "Nguyễn Thị Lan", Unit: "883"}
)

// shelf is a journal in memory, in the order in which it was written.
type shelf []report.Entry

func (s shelf) Scan(_ context.Context, visit func(report.Entry) error) (found journal.Scanned, err error) {
	for _, reports := range []bool{true, false} {
		for _, e := range s {
			if (e.Report != nil) != reports {
				continue
			}
			switch {
			case e.Hash().IsZero():
				found.Damaged = append(found.Damaged, e.ID())
			case reports:
				found.Reports++
			default:
				found.Actions++
			}
			if err := visit(e); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

func (s shelf) Entry(_ context.Context, id string) (report.Entry, error) {
	if i := s.at(id); i >= 0 {
		return s[i], nil
	}
	return report.Entry{}, journal.ErrNotFound
}

func (s shelf) at(id string) int {
	return slices.IndexFunc(s, func(e report.Entry) bool { return e.ID() == id })
}

// clone copies the entries, so that one can be damaged.
func (s shelf) clone() shelf {
	out := make(shelf, len(s))
	for i, e := range s {
		if e.Report != nil {
			r := *e.Report
			out[i].Report = &r
		} else {
			a := *e.Action
			out[i].Action = &a
		}
	}
	return out
}

// recorded is the ledger of a journal, compared with it an hour after the last
// entry.
func (s shelf) recorded() *ledger.Contents {
	c := &ledger.Contents{Index: map[ledger.Key]report.Hash{}}
	for _, e := range s {
		k, _ := ledger.KeyOfEntry(e)
		c.Index[k] = e.Hash()
		at := began
		if e.Action != nil {
			at = e.Action.At
		}
		c.Compared = later(c.Compared, at.Add(time.Hour))
	}
	return c
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func number(n int) report.ID { return report.ID(fmt.Sprintf("%012d", n)) }

func accepted(n int) report.Report {
	return report.Report{
		ID: number(n), Digest: []byte{1, byte(n), byte(n >> 8)}, Category: "theft", Narrative: "Mất một chiếc xe máy trước cổng chợ.",
		Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: began.Add(time.Duration(n) * time.Second),
	}
}

// steps is the life of the case with the number n: from 1 to 8 actions.
func steps(n int) []report.Action {
	resident := report.Actor{Kind: report.Resident}
	all := []report.Action{
		{Type: report.Routed, Actor: report.Actor{Kind: report.System}, Unit: "883", Evidence: &report.Evidence{Rule: "commune", Confidence: 1}},
		{Type: report.Claimed, Actor: lan},
		{Type: report.Noted, Actor: lan, Text: "Đã gọi cho người báo tin."},
		{Type: report.Replied, Actor: lan, Text: "Chúng tôi đã tiếp nhận."},
		{Type: report.Answered, Actor: resident, Text: "Cảm ơn các anh chị."},
		{Type: report.Replied, Actor: lan, Text: "Không có gì ạ."},
		{Type: report.Resolved, Actor: lan, Text: "Đã tìm thấy xe.", Outcome: report.Handled},
		{Type: report.Answered, Actor: resident, Text: "Tôi đã nhận xe."},
	}
	return all[:1+n%len(all)]
}

// write makes a journal of n cases, every action with the hash before it, the
// cases' actions mixed as they are in life.
func write(n int) shelf {
	var s shelf
	heads := make([]report.Hash, n)
	for i := range n {
		r := accepted(i)
		s = append(s, report.Entry{Report: &r})
		heads[i] = r.Hash()
	}
	for round := range 8 {
		for i := range n {
			if life := steps(i); round < len(life) {
				a := life[round]
				a.Report, a.N, a.Prev = number(i), round+1, heads[i]
				a.Salt = []byte{byte(i), byte(round)} // else the journal gives it one
				a.At = accepted(i).ReceivedAt.Add(time.Duration(a.N) * time.Minute)
				s = append(s, report.Entry{Action: &a})
				heads[i] = a.Hash()
			}
		}
	}
	return s
}

// lateShelf hides entries from a scan, and has them nonetheless.
type lateShelf struct {
	shelf
	hidden map[string]bool
}

func (s lateShelf) Scan(ctx context.Context, visit func(report.Entry) error) (journal.Scanned, error) {
	return slices.DeleteFunc(slices.Clone(s.shelf), func(e report.Entry) bool { return s.hidden[e.ID()] }).Scan(ctx, visit)
}
