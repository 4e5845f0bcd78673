package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Entry is one line of the journal: a report, or an action on one. Where it
// was announced rather than read from the journal it is a summary: all that
// Status.Replay and a queue need, and nothing that anybody wrote.
type Entry struct {
	Report *Report // exactly one of the two is set
	Action *Action

	Announced Hash // hash of the whole entry, where a summary was announced with it
}

// ID is the entry's key in the journal.
func (e Entry) ID() string {
	if e.Report != nil {
		return string(e.Report.ID)
	}
	return ActionEntryID(e.Action.Report, e.Action.N)
}

// ReportID is the ID of the report that the entry belongs to.
func (e Entry) ReportID() ID {
	if e.Report != nil {
		return e.Report.ID
	}
	return e.Action.Report
}

// ActionEntryID is the journal's key of the nth action of a report.
func ActionEntryID(id ID, n int) string { return string(id) + "/" + strconv.Itoa(n) }

// SplitEntryID undoes Entry.ID; n is 0 for a report. It returns ErrMalformed.
func SplitEntryID(s string) (id ID, n int, err error) {
	head, tail, isAction := strings.Cut(s, "/")
	if isAction {
		if n, err = strconv.Atoi(tail); err != nil || n < 1 {
			return "", 0, fmt.Errorf("entry %q: %w", s, ErrMalformed)
		}
	}
	if len(head) != idLength {
		return "", 0, fmt.Errorf("entry %q: %w", s, ErrMalformed)
	}
	return ID(head), n, nil
}
