package follow

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// scan applies the whole journal to the board and says whether that succeeded.
// A board that knows more than the journal is rebuilt: the database was
// restored from an older copy.
func (f *Follower) scan(ctx context.Context) bool {
	_, ok := f.reconcile(ctx)
	return ok
}

// reconcile scans, and says whether that brought anything new.
func (f *Follower) reconcile(ctx context.Context) (news, ok bool) {
	f.scanning.Lock()
	defer f.scanning.Unlock()
	begun := time.Now()
	s := newSurvey(f.cfg.Board.Known())
	found, err := f.read(ctx, f.cfg.Board, s)
	if err != nil {
		return false, false
	}
	if lost := s.lost(); len(lost) > 0 {
		return true, f.startOver(ctx, lost)
	}
	f.fill(ctx)
	first := f.CheckRebuilt(ctx) != nil
	f.complete()
	if s.news || first {
		f.cfg.Log.Info("board read from the journal", "reports", found.Reports, "actions", found.Actions, "took", time.Since(begun))
	}
	return s.news, true
}

// startOver makes a new board from the journal alone and puts it in the place
// of one that knows of reports or actions that are not there. What was
// announced meanwhile is taken again.
func (f *Follower) startOver(ctx context.Context, lost []report.ID) bool {
	f.cfg.Log.Warn("the board knows more than the journal, which may be an older copy: it is rebuilt", "cases", len(lost), "first", lost[0])
	at, known := f.where()
	fresh := board.New()
	found, err := f.read(ctx, fresh, newSurvey(nil))
	if err != nil {
		return false
	}
	f.cfg.Board.Adopt(fresh)
	if known {
		f.rewind(at)
	}
	f.fill(ctx)
	f.complete()
	f.cfg.Log.Info("board rebuilt from the journal", "reports", found.Reports, "actions", found.Actions)
	return true
}

// read applies the whole journal to a board, and settles what is in doubt. It
// is compared with the ledger on the way.
func (f *Follower) read(ctx context.Context, b *board.Board, s *survey) (journal.Scanned, error) {
	comparison := f.cfg.Ledger.Compare()
	found, err := f.cfg.Journal.Scan(ctx, func(e report.Entry) error {
		comparison.Take(e)
		s.visit(e, f.apply(b, e))
		return nil
	})
	if err == nil {
		comparison.End()
		// A damaged entry may have been mended; only the journal can say.
		for _, id := range append(s.doubtful(), b.Damaged()...) {
			if err = f.settle(ctx, b, id); err != nil && !errors.Is(err, journal.ErrNotFound) {
				break
			}
			err = nil
		}
	}
	if err != nil {
		f.note(ctx, f.store, err)
		return found, err
	}
	f.store.Worked(time.Now())
	f.readable.Store(true)
	f.tellDamage(found.Damaged)
	return found, nil
}

// tellDamage names the damaged entries, once for each set of them.
func (f *Follower) tellDamage(entries []string) {
	all := strings.Join(entries, " ")
	if all == f.damaged {
		return
	}
	f.damaged = all
	if len(entries) == 0 {
		f.cfg.Log.Info("journal has no damaged entries any more")
		return
	}
	f.cfg.Log.Error("journal has damaged entries; their cases are marked", "entries", entries)
}

// survey compares what a board knew when a scan began with what the scan comes
// across. All that was known by then had been stored before.
type survey struct {
	known  map[report.ID]sighting
	doubts []report.ID
	news   bool
}

// sighting is what was known of a report, and what was seen of it.
type sighting struct {
	want, got int  // number of the last action
	report    bool // the report itself was seen
}

func newSurvey(known map[report.ID]int) *survey {
	s := &survey{known: make(map[report.ID]sighting, len(known))}
	for id, n := range known {
		s.known[id] = sighting{want: n}
	}
	return s
}

func (s *survey) visit(e report.Entry, out board.Outcome) {
	id := e.ReportID()
	s.news = s.news || out.Changed || out.Gap != nil
	if out.Doubt {
		s.doubts = append(s.doubts, id)
	}
	seen, known := s.known[id]
	if !known {
		return
	}
	if e.Report != nil {
		seen.report = true
	} else {
		seen.got = max(seen.got, e.Action.N)
	}
	s.known[id] = seen
}

// doubtful lists the cases that must be read once more: those that could not
// be told, and those whose report is gone although its actions are there.
func (s *survey) doubtful() []report.ID {
	out := s.doubts
	for id, seen := range s.known {
		if !seen.report && seen.got > 0 {
			out = append(out, id)
		}
	}
	return out
}

// lost lists the cases of which the journal has less than was known.
func (s *survey) lost() []report.ID {
	var out []report.ID
	for id, seen := range s.known {
		if seen.got < seen.want || !seen.report && seen.got == 0 {
			out = append(out, id)
		}
	}
	return out
}
