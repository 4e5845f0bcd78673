package follow

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// tend looks after what following alone does not bring about.
func (f *Follower) tend(ctx context.Context) {
	saved, compared := time.Now(), time.Now()
	for wait(ctx, tendEvery) {
		if f.CheckRebuilt(ctx) != nil {
			continue
		}
		f.fill(ctx)
		f.announce(ctx)
		if time.Since(compared) > compareEvery {
			f.scan(ctx)
			compared = time.Now()
		}
		if time.Since(saved) > checkpointEvery {
			saved = time.Now()
			f.warn(ctx, "checkpoint not saved", f.save())
		}
	}
}

// announce tells once more of reports that no unit has after a while: their
// announcement may have been lost, and then nobody would route them. All
// replicas do so, and the stream keeps one announcement per ten seconds.
func (f *Follower) announce(ctx context.Context) {
	now := f.cfg.Now()
	rows := f.cfg.Board.Unrouted(now.Add(-announceAfter), announceAtOnce)
	if len(rows) == 0 {
		return
	}
	var entries []report.Entry
	for _, row := range rows {
		if !due(now.Sub(row.ReceivedAt)) {
			continue
		}
		summary := row.Summary()
		entries = append(entries, report.Entry{Report: &summary})
	}
	if len(entries) == 0 {
		return
	}
	f.cfg.Log.Warn("reports wait for a unit; announced again", "reports", len(entries), "waiting", len(rows))
	ctx, cancel := context.WithTimeout(ctx, tendEvery)
	defer cancel()
	attempt := strconv.FormatInt(now.Unix()/10, 10)
	f.warn(ctx, "not announced again", f.cfg.Bus.AnnounceAgain(ctx, attempt, entries...))
}

// due spaces the reminders of a report that waits: after 10, 20, 40 seconds,
// then once a minute, so that a long outage of triage does not fill the stream.
func due(age time.Duration) bool {
	tens := int(age / announceAfter)
	return tens == 1 || tens == 2 || tens == 4 || tens%6 == 0
}

// fill reads from the journal what the board lacks.
func (f *Follower) fill(ctx context.Context) {
	for _, gap := range f.cfg.Board.Gaps() {
		if ctx.Err() != nil {
			return
		}
		f.fetch(ctx, gap)
	}
}

// fetch reads the entries of a gap. What cannot be read now is tried again
// later.
func (f *Follower) fetch(ctx context.Context, gap board.Gap) {
	after := gap.From - 1
	if gap.From == 0 {
		r, err := f.cfg.Journal.Report(ctx, gap.Report)
		if err != nil {
			f.noteMissing(ctx, gap, err)
			return
		}
		f.apply(report.Entry{Report: &r})
		after = 0
	}
	actions, err := f.cfg.Journal.Actions(ctx, gap.Report, after)
	if err == nil && len(actions) == 0 && gap.To > after {
		err = journal.ErrNotFound
	}
	if err != nil {
		f.noteMissing(ctx, gap, err)
		return
	}
	for _, a := range actions {
		f.apply(report.Entry{Action: &a})
	}
}

func (f *Follower) noteMissing(ctx context.Context, gap board.Gap, err error) {
	if errors.Is(err, journal.ErrDamaged) {
		f.cfg.Log.Error("journal is damaged", "report", gap.Report, "from", gap.From, "error", err)
		return
	}
	f.warn(ctx, "entries are missing", err)
}
