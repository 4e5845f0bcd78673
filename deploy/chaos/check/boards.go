package check

import (
	"strings"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/pkg/report"
)

// boards checks that every desk shows what the journal says.
func (c *comparison) boards() {
	var first *Board // with all rows right
	for i := range c.state.Boards {
		b := &c.state.Boards[i]
		before := len(c.findings)
		c.board(b)
		c.census(b)
		if len(c.findings) > before {
			continue
		}
		if first == nil {
			first = b
		} else if b.Digest != first.Digest {
			c.found(BoardsDiffer, "", b.Desk, "digest %.16s, that of %s is %.16s", b.Digest, first.Desk, first.Digest)
		}
	}
}

// census checks what a desk says of its board as a whole.
func (c *comparison) census(b *Board) {
	if b.Gaps > 0 || !b.Rebuilt || !b.Following {
		c.found(BoardBehind, "", b.Desk, "%d reports with gaps, rebuilt: %t, following: %t", b.Gaps, b.Rebuilt, b.Following)
	}
	if b.Damaged != len(c.damaged) {
		c.found(BoardMiscounts, "", b.Desk, "%d damaged cases, the journal has %d", b.Damaged, len(c.damaged))
	}
}

func (c *comparison) board(b *Board) {
	rows := map[report.ID]client.Row{}
	for _, r := range b.Rows {
		id := idOf(r.CaseNumber)
		if _, again := rows[id]; again {
			c.found(BoardRepeats, string(id), b.Desk, "listed more than once")
			continue
		}
		rows[id] = r
		if c.cases[id] == nil && !c.damaged[id] {
			c.found(BoardInvents, string(id), b.Desk, "%s is listed, the journal has no such report", r.CaseNumber)
		}
	}
	c.inOrder(func(f *filed) {
		row, listed := rows[f.ID]
		switch {
		case c.damaged[f.ID]: // how it is shown is the desk's affair
		case !listed:
			c.found(BoardLacks, string(f.ID), b.Desk, "in the journal, not listed")
		case f.unsound: // there is nothing to compare it with
		case row.Unit != f.folded.Unit:
			c.found(Misplaced, string(f.ID), b.Desk, "with %q, the journal says %q", row.Unit, f.folded.Unit)
		default:
			if what := rowDifferences(row, f.folded); what != "" {
				c.found(BoardDiffers, string(f.ID), b.Desk, "not as the journal says: %s", what)
			}
		}
	})
}

// rowDifferences says in which fields a row is not what a case folds to.
func rowDifferences(row client.Row, f report.Case) string {
	assignee, outcome := "", ""
	if row.Assignee != nil {
		assignee = row.Assignee.Username
	}
	if row.Outcome != nil {
		outcome = *row.Outcome
	}
	var fields []string
	for _, field := range []struct {
		name string
		same bool
	}{
		{"state", row.State == string(f.State)},
		{"last", row.Last == f.Last},
		{"assignee", assignee == f.Assignee},
		{"outcome", outcome == string(f.Outcome)},
		{"unanswered", row.Unanswered == f.Unanswered},
		{"transfers", row.Transfers == f.Transfers},
		{"reopenings", row.Reopenings == f.Reopenings},
		{"category", row.Category == f.Report.Category},
		{"urgent", row.Urgent == f.Report.Urgent},
		{"ongoing", row.Ongoing == f.Report.Ongoing},
		{"district", row.District == f.Report.Place.District},
		{"commune", row.Commune == f.Report.Place.Commune},
		{"received_at", row.ReceivedAt.Equal(f.Report.ReceivedAt)},
		{"updated_at", row.UpdatedAt.Equal(f.UpdatedAt)},
	} {
		if !field.same {
			fields = append(fields, field.name)
		}
	}
	return strings.Join(fields, ", ")
}
