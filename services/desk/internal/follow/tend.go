package follow

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
		if f.replaced.Swap(false) { // and with it every announcement that was not dealt with
			f.announce(ctx, f.cfg.Board.Len(), everyOne)
		}
		f.announce(ctx, announceAtOnce, due)
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
func (f *Follower) announce(ctx context.Context, limit int, which func(row board.Row, now time.Time) bool) {
	now := f.cfg.Now()
	var entries []report.Entry
	waiting := 0
	for _, row := range f.cfg.Board.Unrouted(limit) {
		if row.Damage.Action > 0 || young(row, now) {
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
	attempt := strconv.FormatInt(now.Unix()/10, 10)
	for some := range slices.Chunk(entries, announceAtOnce) {
		if err := f.again(ctx, attempt, some); err != nil {
			f.untold.Failed(time.Now(), err)
			return
		}
		f.untold.Worked(time.Now())
	}
}

func (f *Follower) again(ctx context.Context, attempt string, entries []report.Entry) error {
	ctx, cancel := context.WithTimeout(ctx, tendEvery)
	defer cancel()
	return f.cfg.Bus.AnnounceAgain(ctx, attempt, entries...)
}

// young says that a report has not waited for long. One that comes from the
// future does not: the clock of whoever took it is wrong.
func young(row board.Row, now time.Time) bool {
	age := now.Sub(row.ReceivedAt)
	return age > -time.Minute && age < announceAfter
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
