package follow

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/report"
)

const (
	tendEvery       = 5 * time.Second
	announceAfter   = 10 * time.Second // a case that no unit has for so long
	announceAtOnce  = 500
	checkpointEvery = 5 * time.Minute
)

// tend looks after what following alone does not bring about.
func (f *Follower) tend(ctx context.Context) {
	saved := time.Now()
	for wait(ctx, tendEvery) {
		if f.CheckRebuilt(ctx) != nil {
			continue
		}
		f.fill(ctx)
		f.announce(ctx, due)
		if time.Since(saved) > checkpointEvery {
			saved = time.Now()
			_, unknown := f.identify(ctx)
			if err := errors.Join(unknown, f.save()); err != nil {
				f.cfg.Log.Warn("checkpoint not saved", "error", err)
			}
		}
	}
}

// announce tells once more of reports that no unit has after a while: their
// announcement may have been lost, and then nobody would route them. All
// replicas do so, and the stream keeps one announcement per ten seconds. A
// case that nothing can follow is left to the supervisors.
func (f *Follower) announce(ctx context.Context, which func(row board.Row, now time.Time) bool) {
	now := f.cfg.Now()
	rows := f.cfg.Board.Unrouted(now.Add(-announceAfter), announceAtOnce)
	var entries []report.Entry
	waiting := 0
	for _, row := range rows {
		if row.Damage.Action > 0 {
			continue
		}
		if waiting++; which(row, now) {
			summary := row.Summary()
			entries = append(entries, report.Entry{Report: &summary})
		}
	}
	if waiting == 0 {
		f.idle.Worked(time.Now())
		return
	}
	f.note(ctx, f.idle, fmt.Errorf("%d wait", waiting))
	if len(entries) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tendEvery)
	defer cancel()
	attempt := strconv.FormatInt(now.Unix()/10, 10)
	if err := f.cfg.Bus.AnnounceAgain(ctx, attempt, entries...); err != nil {
		f.again.Failed(time.Now(), err)
		return
	}
	f.again.Worked(time.Now())
}

// everyOne picks all reports that wait.
func everyOne(board.Row, time.Time) bool { return true }

// due spaces the reminders of a report that waits: after 10, 20, 40 seconds,
// then once a minute, so that a long outage of triage does not fill the stream.
// One of which it is not known how old it is has its turn once a minute.
func due(row board.Row, now time.Time) bool {
	if row.ReceivedAt.IsZero() {
		return now.Unix()/10%6 == 0
	}
	tens := int(now.Sub(row.ReceivedAt) / announceAfter)
	return tens == 1 || tens == 2 || tens == 4 || tens%6 == 0
}
