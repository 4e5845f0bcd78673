package follow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
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
	if out.Doubt || f.suspect(e) {
		f.doubts.add(e.ReportID())
	}
	if f.readable.Load() { // else, and if it fails, fill does it, and tells
		if out.Gap != nil {
			_ = f.fetch(ctx, *out.Gap)
		}
		_ = f.settleDoubts(ctx)
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

// fill reads from the journal what the board lacks, and what is in doubt.
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
	if err := f.settleDoubts(ctx); err != nil {
		f.note(ctx, f.store, err)
		return
	}
	if !f.readable.Load() && f.cfg.Journal.Ping(ctx) == nil {
		f.readable.Store(true)
	}
	if f.readable.Load() {
		f.store.Worked(time.Now())
	}
	if missing > 0 {
		f.note(ctx, f.lacking, fmt.Errorf("%d reports: %w", missing, why))
	} else {
		f.lacking.Worked(time.Now())
	}
}

// settleDoubts has the board hold the cases in doubt as the journal has them.
// What cannot be settled stays in doubt.
func (f *Follower) settleDoubts(ctx context.Context) error {
	for _, id := range f.doubts.list() {
		if err := f.settle(ctx, f.cfg.Board, id); err != nil && !errors.Is(err, journal.ErrNotFound) {
			return err
		}
		f.doubts.remove(id)
	}
	return nil
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
		f.doubts.add(gap.Report)
		return f.settleDoubts(ctx)
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

// doubts are cases that only a look into the journal can settle.
type doubts struct {
	mu  sync.Mutex
	ids map[report.ID]struct{}
}

func (d *doubts) add(id report.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		d.ids = map[report.ID]struct{}{}
	}
	d.ids[id] = struct{}{}
}

func (d *doubts) remove(id report.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.ids, id)
}

func (d *doubts) list() []report.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.ids))
}
