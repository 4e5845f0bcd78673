package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/report"
)

const (
	maxBatch       = 512  // entries written at once
	maxQueue       = 4096 // entries waiting; beyond it Append refuses
	saltSize       = 16   // bytes
	maxUnannounced = 1024 // batches waiting to be announced; beyond it the sweeper does it
)

// pending is an entry whose caller waits for the outcome.
type pending struct {
	entry   report.Entry
	doc     bson.Raw
	outcome chan error // of capacity 1: the writer never waits for a caller
}

// batch is what one round has written, and under which markers.
type batch struct {
	markers []bson.ObjectID
	entries []report.Entry
}

// Append writes one entry and returns once it is safely stored. Entries of
// concurrent callers are written together: while one batch is being written
// the next one gathers. It returns ErrConflict when the ID is taken,
// ErrUnavailable when nothing was written, and ErrUnknown when ctx ended or
// the database did not answer: the entry may be there, or may yet come.
func (j *Journal) Append(ctx context.Context, e report.Entry) error {
	if err := check(e); err != nil {
		return err
	}
	e = salted(e)
	doc, err := encode(e) // here, and not by the one writer
	if err != nil {
		return fmt.Errorf("journal: encode %s: %w", e.ID(), err)
	}
	p := &pending{entry: e, doc: doc, outcome: make(chan error, 1)}
	select {
	case <-j.closing:
		return fmt.Errorf("%w: closing", ErrUnavailable)
	default:
	}
	select {
	case j.queue <- p:
	default:
		return fmt.Errorf("%w: %d entries are waiting", ErrUnavailable, maxQueue)
	}
	select {
	case err := <-p.outcome:
		return err
	case <-j.stopped: // it came too late, unless its outcome came just before
		select {
		case err := <-p.outcome:
			return err
		default:
			return fmt.Errorf("%w: closed", ErrUnavailable)
		}
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	}
}

// salted returns the entry with a salt, if it is an action without one: its
// hash is announced and recorded elsewhere, and all but its text is known
// there. A report's digest does the same for reports.
func salted(e report.Entry) report.Entry {
	if e.Action == nil || len(e.Action.Salt) > 0 {
		return e
	}
	a := *e.Action
	a.Salt = make([]byte, saltSize)
	_, _ = rand.Read(a.Salt) // never fails
	return report.Entry{Action: &a}
}

func check(e report.Entry) error {
	if e.Report != nil {
		return e.Report.Validate()
	}
	if e.Action.N < 1 || e.Action.At.IsZero() || e.Action.Type == "" {
		return fmt.Errorf("journal: action %s is incomplete", e.ID())
	}
	return nil
}

// write is the writer: it takes what is waiting, writes it, and starts over.
func (j *Journal) write() {
	for {
		select {
		case p := <-j.queue:
			j.commit(j.gather(p))
		case <-j.closing:
			for { // what is queued was promised an outcome
				select {
				case p := <-j.queue:
					j.commit(j.gather(p))
				default:
					return
				}
			}
		}
	}
}

// gather takes what is waiting behind the first, without waiting for more.
func (j *Journal) gather(first *pending) []*pending {
	round := []*pending{first}
	for len(round) < maxBatch {
		select {
		case p := <-j.queue:
			round = append(round, p)
		default:
			return round
		}
	}
	return round
}

// commit writes a round: its entries and, at the same time, their marker into
// the outbox; then the callers are answered, then the entries are announced.
// A caller is told that its entry is stored only when both are. An entry
// without a marker can be left behind by a writer that is killed in between:
// its caller was not answered and comes again (see Remind), and the boards'
// comparison with the journal finds it otherwise.
func (j *Journal) commit(round []*pending) {
	ctx, cancel := context.WithTimeout(context.Background(), j.cfg.WriteTimeout)
	defer cancel()
	b := batch{entries: make([]report.Entry, len(round))}
	for i, p := range round {
		b.entries[i] = p.entry
	}
	failpoint.Hit(failpoint.JournalGathered)
	begun := time.Now()
	j.fit.begin(begun)
	var marked error
	var marking sync.WaitGroup
	marking.Go(func() {
		marked = j.mark(ctx, &b)
		failpoint.Hit(failpoint.JournalMarked)
	})
	outcomes := j.insert(ctx, round)
	failpoint.Hit(failpoint.JournalWritten)
	marking.Wait()
	// A writer that slept for longer than its marker lives must not leave its
	// entries unmarked. Round(0) drops the monotonic reading, which stands
	// still while a machine is suspended.
	if marked == nil && max(time.Since(begun), time.Since(begun.Round(0))) > j.cfg.MarkerLife/2 {
		fresh, cancel := context.WithTimeout(context.Background(), j.cfg.WriteTimeout)
		defer cancel()
		marked = j.mark(fresh, &b)
	}
	failpoint.Hit(failpoint.JournalCommitted)
	for i, p := range round {
		p.outcome <- told(outcomes[i], marked)
	}
	j.fit.note(append(outcomes, marked)...)
	failpoint.Hit(failpoint.JournalAnswered)
	j.handOver(b, outcomes)
}

// told is what the caller of an entry hears. One that is stored without a
// marker is announced as long as this process lives, but not accepted.
func told(stored, marked error) error {
	if stored == nil && marked != nil {
		return fmt.Errorf("outbox: %w", marked)
	}
	return stored
}

// mark writes one marker that names all entries of the batch.
func (j *Journal) mark(ctx context.Context, b *batch) error {
	m := marker{ID: bson.NewObjectID(), At: report.Instant(time.Now())}
	ids := make([]string, len(b.entries))
	for i, e := range b.entries {
		ids[i] = e.ID()
	}
	m.Entries = strings.Join(ids, " ")
	doc, err := bson.Marshal(m)
	if err != nil {
		return err
	}
	if err := j.takeTurn(ctx); err != nil {
		return unknown(err)
	}
	defer j.endTurn()
	outcome := make([]error, 1)
	insertInto(ctx, j.outbox, []bson.Raw{doc}, []int{0}, outcome)
	if outcome[0] != nil {
		return outcome[0]
	}
	b.markers = append(b.markers, m.ID)
	return nil
}

// handOver gives the stored entries to the announcer. The markers of a batch
// with an unknown outcome stay behind for the sweeper.
func (j *Journal) handOver(b batch, outcomes []error) {
	stored := b.entries[:0:0]
	for i, err := range outcomes {
		switch {
		case err == nil:
			stored = append(stored, b.entries[i])
		case !errors.Is(err, ErrConflict):
			b.markers = nil
		}
	}
	b.entries = stored
	select {
	case j.announced <- b:
	default:
	}
}
