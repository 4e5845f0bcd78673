package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// take applies an announcement and notes that the stream was read up to it.
// While the journal cannot be read, what is missing waits for fill.
func (f *Follower) take(ctx context.Context, turn int, e report.Entry, at bus.Position) {
	f.cfg.Ledger.Note(e)
	out := f.apply(f.cfg.Board, e)
	if f.readable.Load() {
		if out.Gap != nil {
			_ = f.fetch(ctx, *out.Gap) // fill tries again, and tells
		}
		if out.Doubt || f.suspect(e) {
			_ = f.settle(ctx, f.cfg.Board, e.ReportID())
		}
	}
	f.advance(turn, at)
	f.reached(at.Last)
}

// suspect says that a report may have gone to the duty desk because it cannot
// be read, which announcements do not tell.
func (f *Follower) suspect(e report.Entry) bool {
	return e.Action != nil && e.Action.Type == report.Routed && f.cfg.DutyDesk != "" && e.Action.Unit == f.cfg.DutyDesk
}

func (f *Follower) apply(b *board.Board, e report.Entry) board.Outcome {
	out := b.Apply(e)
	if out.Err != nil && !errors.Is(out.Err, report.ErrDamaged) {
		f.cfg.Log.Error("an action cannot follow; its case ends before it", "entry", e.ID(), "error", out.Err)
	}
	return out
}

// fill reads from the journal what the board lacks.
func (f *Follower) fill(ctx context.Context) {
	gaps := f.cfg.Board.Gaps()
	missing := 0
	var why error
	for _, gap := range gaps {
		err := f.fetch(ctx, gap)
		if err != nil && !errors.Is(err, journal.ErrNotFound) {
			f.note(ctx, f.store, err)
			return
		}
		if err != nil {
			missing, why = missing+1, err
		}
	}
	if len(gaps) > 0 {
		f.store.Worked(time.Now())
	}
	if missing > 0 {
		f.note(ctx, f.lacking, fmt.Errorf("%d reports: %w", missing, why))
	} else {
		f.lacking.Worked(time.Now())
	}
}

// fetch reads the entries of a gap. What cannot be read now is tried again
// later.
func (f *Follower) fetch(ctx context.Context, gap board.Gap) error {
	entries, err := f.cfg.Journal.History(ctx, gap.Report, gap.From)
	f.readable.Store(err == nil || errors.Is(err, journal.ErrNotFound))
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return fmt.Errorf("%w: %s", journal.ErrNotFound, report.ActionEntryID(gap.Report, gap.From))
	}
	doubt := false
	for _, e := range entries {
		doubt = f.apply(f.cfg.Board, e).Doubt || doubt
	}
	if doubt {
		return f.settle(ctx, f.cfg.Board, gap.Report)
	}
	return nil
}

// settle has a board hold a case as the journal has it.
func (f *Follower) settle(ctx context.Context, b *board.Board, id report.ID) error {
	c, err := f.cfg.Journal.Salvage(ctx, id)
	f.readable.Store(err == nil || errors.Is(err, journal.ErrNotFound))
	if err != nil {
		return err
	}
	b.Reset(c)
	return nil
}
