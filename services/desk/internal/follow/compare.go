package follow

import (
	"context"
	"time"
)

const (
	compareEvery = 5 * time.Second  // numbers of entries, where counting is cheap
	scanEvery    = time.Hour        // the board with the whole journal
	unsureAtMost = 10 * time.Minute // under a load that never lets the numbers agree
	countTimeout = 10 * time.Second
)

// compare finds what no announcement tells of: an entry whose writer was
// killed before it could leave word. It compares the number of entries in the
// journal with that on the board, which is cheap, and reads the journal when
// they go on to differ.
func (f *Follower) compare(ctx context.Context) {
	t := tally{patience: f.cfg.Patience, sure: time.Now()}
	often := min(compareEvery, f.cfg.Patience/3)
	pause, scanned, took := often, time.Now(), time.Duration(0)
	for wait(ctx, pause) {
		if f.CheckRebuilt(ctx) != nil {
			continue
		}
		begun := time.Now()
		due := begun.Sub(scanned) > scanEvery
		if before, count, after, ok := f.count(ctx); ok && t.note(begun, count-before, count-after) {
			due = due || begun.Sub(scanned) > 10*took
		}
		pause = max(often, 30*time.Since(begun))
		if !due {
			continue
		}
		begun = time.Now()
		news, ok := f.reconcile(ctx)
		if scanned, took = time.Now(), time.Since(begun); !ok {
			continue
		}
		t.scanned(scanned, news)
		if news {
			f.announce(ctx, announceAtOnce, everyOne)
		}
	}
}

// count returns the number of entries in the journal, and on the board before
// and after that was asked for.
func (f *Follower) count(ctx context.Context) (before, count, after int64, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	before = int64(f.cfg.Board.Entries())
	count, err := f.cfg.Journal.Count(ctx)
	if err != nil {
		f.note(ctx, f.store, err)
		return 0, 0, 0, false
	}
	f.store.Worked(time.Now())
	return before, count, int64(f.cfg.Board.Entries()), true
}

// tally judges by how much the numbers of entries differ. Entries that are on
// their way make for a difference too, but not for long.
type tally struct {
	patience time.Duration
	excess   int64     // a difference that a scan has explained: damaged entries, or a server that counts wrong
	least    int64     // the smallest certain difference since differs
	differs  time.Time // zero: they do not
	sure     time.Time // when it could last be told
}

// note takes the difference at most (with the board's number before the
// count) and at least (with the one after it), and says whether it has lasted.
func (t *tally) note(now time.Time, most, least int64) (lasting bool) {
	most, least = most-t.excess, least-t.excess
	if most < 0 {
		least = most // the journal has less than the board had
	}
	switch {
	case most == 0:
		t.differs, t.sure = time.Time{}, now
		return false
	case least > 0 || most < 0:
		if t.sure = now; t.differs.IsZero() {
			t.differs, t.least = now, least
		}
		t.least = min(t.least, least)
		return now.Sub(t.differs) >= t.patience
	}
	// Entries arrived while it was counted: they may hide that some are missing.
	return now.Sub(t.sure) >= unsureAtMost
}

// scanned says that the journal was read: a difference that stays although
// nothing new was found is explained.
func (t *tally) scanned(now time.Time, news bool) {
	if !news && !t.differs.IsZero() {
		t.excess += t.least
	}
	t.differs, t.sure = time.Time{}, now
}
