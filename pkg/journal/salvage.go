package journal

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/report"
)

// Salvage reads a case as Case does, but for damage: a report that cannot be
// read, or is gone although there are actions on it, is represented by what
// can be read of it, and the case ends before the first action that cannot be
// read or cannot follow. Case.Damage says which. It returns ErrNotFound or
// ErrUnavailable.
func (j *Journal) Salvage(ctx context.Context, id report.ID) (report.Case, error) {
	entries, err := j.History(ctx, id, 0)
	if err != nil {
		return report.Case{}, err
	}
	actions := make([]report.Action, len(entries)-1)
	for i, e := range entries[1:] {
		actions[i] = *e.Action
	}
	return report.Restore(*entries[0].Report, actions), nil
}

// History reads the entries of a case in order, from a number on: the report
// is number 0, actions follow. It ends with the first action that is damaged,
// which has the mark and no content. A damaged report has the mark and what
// was salvaged. It returns ErrNotFound, when from is 0 and there is nothing
// about this report, or ErrUnavailable.
func (j *Journal) History(ctx context.Context, id report.ID, from int) ([]report.Entry, error) {
	var out []report.Entry
	if from == 0 {
		r, err := j.anyReport(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, report.Entry{Report: &r})
	}
	for n := max(1, from); ; n++ {
		a, err := j.Action(ctx, id, n)
		switch {
		case errors.Is(err, ErrNotFound):
			return out, nil
		case errors.Is(err, ErrDamaged):
			return append(out, report.Entry{Action: &report.Action{Report: id, N: n, Damaged: true}}), nil
		case err != nil:
			return nil, err
		}
		out = append(out, report.Entry{Action: &a})
	}
}

// anyReport reads a report, or what is left of it.
func (j *Journal) anyReport(ctx context.Context, id report.ID) (report.Report, error) {
	raw, err := byID(ctx, j.reports, string(id))
	if errors.Is(err, ErrNotFound) {
		return j.lostReport(ctx, id)
	}
	if err != nil {
		return report.Report{}, err
	}
	r, err := decodeReport(raw)
	if err != nil {
		return salvageReport(id, raw), nil
	}
	return r, nil
}

// lostReport stands for a report that is gone although it has an action: no
// writer acts on a report that it cannot read. One that came a moment after it
// was asked for is not lost.
func (j *Journal) lostReport(ctx context.Context, id report.ID) (report.Report, error) {
	if _, err := byID(ctx, j.actions, report.ActionEntryID(id, 1)); err != nil {
		return report.Report{}, err
	}
	raw, err := byID(ctx, j.reports, string(id))
	if errors.Is(err, ErrNotFound) {
		return report.Report{ID: id, Damaged: true}, nil
	}
	if err != nil {
		return report.Report{}, err
	}
	r, err := decodeReport(raw)
	if err != nil {
		return salvageReport(id, raw), nil
	}
	return r, nil
}

// salvageReport reads what a queue needs most, field by field.
func salvageReport(id report.ID, raw bson.Raw) report.Report {
	r := report.Report{ID: id, Damaged: true}
	if at, ok := raw.Lookup("received_at").TimeOK(); ok {
		r.ReceivedAt = report.Instant(at)
	}
	if category, ok := raw.Lookup("category").StringValueOK(); ok {
		r.Category = category
	}
	if urgent, ok := raw.Lookup("urgent").BooleanOK(); ok {
		r.Urgent = urgent
	}
	return r
}

// visitDamaged hands over a damaged entry, of which only the ID is certain.
func visitDamaged(raw bson.Raw, visit func(report.Entry) error) error {
	id, n, err := report.SplitEntryID(rawID(raw))
	if parsed, e := report.ParseID(string(id)); err != nil || e != nil || parsed != id {
		return nil //nolint:nilerr // no case can have this ID; it is named in the scan's result
	}
	if n > 0 {
		return visit(report.Entry{Action: &report.Action{Report: id, N: n, Damaged: true}})
	}
	r := salvageReport(id, raw)
	return visit(report.Entry{Report: &r})
}
