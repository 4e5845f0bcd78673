package ledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/phananh/portal/pkg/report"
)

const (
	writeEvery  = 5 * time.Second
	maxPending  = 200_000 // lines waiting; what comes beyond is found by the next comparison
	maxReads    = 200     // entries announced without a hash that are read at once
	remindEvery = time.Minute
)

// Journal reads an entry by its ID.
type Journal interface {
	Entry(ctx context.Context, id string) (report.Entry, error)
}

// Config of a Recorder.
type Config struct {
	Dir     string
	KeyFile string    // empty: KeyFile(Dir)
	Random  io.Reader // nil: crypto/rand
	Journal Journal
	Log     *slog.Logger
	Now     func() time.Time
	Every   time.Duration // how often a block is written; default 5 s
}

// Recorder writes the ledger of what it is told. It never holds up whoever
// tells it. A nil Recorder records nothing.
type Recorder struct {
	cfg   Config
	files *files
	stop  context.CancelFunc
	runs  sync.WaitGroup

	mu         sync.Mutex
	index      map[Key]known
	pending    []Line
	unhashed   []Key          // announced without a hash
	findings   map[Key][]Line // that were recorded since a comparison last met the entry as it was
	generation uint32         // of comparisons
	compared   time.Time
	isCompared bool // compared is to be written
	dropped    int
	failing    error
}

// known is what the recorder knows of an entry.
type known struct {
	hash report.Hash
	seen uint32 // the newest comparison that met it, or that was the newest when it came
}

// Start opens the ledger and records until Close. It returns ErrInUse,
// ErrDamaged or ErrOtherKey.
func Start(cfg Config) (*Recorder, error) {
	cfg.KeyFile = cmp.Or(cfg.KeyFile, KeyFile(cfg.Dir))
	cfg.Every = cmp.Or(cfg.Every, writeEvery)
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	begun := time.Now()
	f, c, err := open(cfg.Dir, cfg.KeyFile, cfg.Random, cfg.Log)
	if err != nil {
		return nil, err
	}
	r := &Recorder{cfg: cfg, files: f, index: make(map[Key]known, len(c.Index)), findings: map[Key][]Line{}, compared: c.Compared}
	for k, h := range c.Index {
		r.index[k] = known{hash: h}
	}
	for _, d := range c.Damage {
		r.findings[d.Key] = append(r.findings[d.Key], d.Line)
	}
	cfg.Log.Info("ledger opened", "ledger", cfg.Dir, "blocks", c.Head.Number, "entries", len(c.Index), "took", time.Since(begun))
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.runs.Go(func() { r.writeUntil(ctx) })
	return r, nil
}

// Close writes what is left and gives the ledger back.
func (r *Recorder) Close() error {
	if r == nil {
		return nil
	}
	r.stop()
	r.runs.Wait()
	return errors.Join(r.write(context.Background()), r.files.close())
}

// Check says why the ledger is not being written.
func (r *Recorder) Check(context.Context) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failing
}

// Note takes an announcement. An entry that was recorded with another hash is
// a finding.
func (r *Recorder) Note(e report.Entry) {
	if r == nil {
		return
	}
	k, ok := KeyOfEntry(e)
	if !ok {
		r.cfg.Log.Error("ledger: an entry has an ID that the portal never gives", "entry", e.ID())
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Announced.IsZero() {
		if _, recorded := r.index[k]; !recorded && len(r.unhashed) < maxPending {
			r.unhashed = append(r.unhashed, k)
		}
		return
	}
	r.announced(k, e.Announced)
}

// announced records an entry as its writer announced it. It needs mu.
func (r *Recorder) announced(k Key, h report.Hash) {
	if was, recorded := r.index[k]; recorded && was.hash != h {
		l := Line{Mark: Damage, Kind: Edited, Key: k, Hash: h}
		if r.find(l) {
			r.say(l)
		}
		return
	}
	r.record(Announced, k, h)
}

// record queues an entry and says whether it was new. It needs mu.
func (r *Recorder) record(m Mark, k Key, h report.Hash) bool {
	if _, recorded := r.index[k]; recorded {
		return false
	}
	if len(r.pending) >= maxPending {
		r.dropped++
		return false
	}
	r.index[k] = known{hash: h, seen: r.generation}
	r.pending = append(r.pending, Line{Mark: m, Key: k, Hash: h})
	return true
}

// find queues a finding and says whether it was new. It needs mu.
func (r *Recorder) find(l Line) bool {
	if slices.Contains(r.findings[l.Key], l) || len(r.pending) >= maxPending {
		return false
	}
	r.findings[l.Key] = append(r.findings[l.Key], l)
	r.pending = append(r.pending, l)
	return true
}

func (r *Recorder) say(l Line) {
	r.cfg.Log.Error("the journal is not what it was: run portal verify", "entry", l.Key.String(), "finding", string(l.Kind))
}

func (r *Recorder) writeUntil(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Every)
	defer tick.Stop()
	var said time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.write(ctx); err != nil && time.Since(said) > remindEvery {
			said = time.Now()
			r.cfg.Log.Error("ledger not written; it is tried again", "error", err)
		}
	}
}

// write writes what is queued, block by block. What could not be written
// stays in the queue.
func (r *Recorder) write(ctx context.Context) error {
	r.resolve(ctx)
	for {
		b := r.next()
		if len(b.Lines) == 0 && b.Compared.IsZero() {
			return nil
		}
		err := r.files.append(b)
		r.mu.Lock()
		r.failing = err
		if err == nil {
			r.pending = r.pending[len(b.Lines):]
			r.isCompared = r.isCompared && !b.Compared.Equal(r.compared)
		}
		if len(r.pending) == 0 {
			r.pending = nil
		}
		r.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// next is the block to be written, an empty one if there is nothing to say.
// That the journal was compared is said with the last lines of a queue.
func (r *Recorder) next() Block {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dropped > 0 {
		r.cfg.Log.Warn("ledger: entries come faster than they are written; the next comparison finds them", "entries", r.dropped)
		r.dropped = 0
	}
	n := min(len(r.pending), maxLines)
	b := Block{At: r.cfg.Now(), Lines: r.pending[:n:n]}
	if r.isCompared && n == len(r.pending) {
		b.Compared = r.compared
	}
	return b
}

// resolve reads entries that were announced without a hash. What cannot be
// read now is left to the next comparison.
func (r *Recorder) resolve(ctx context.Context) {
	r.mu.Lock()
	n := min(len(r.unhashed), maxReads)
	keys := r.unhashed[:n:n]
	r.unhashed = r.unhashed[n:]
	r.mu.Unlock()
	for _, k := range keys {
		e, err := r.cfg.Journal.Entry(ctx, k.String())
		if err != nil {
			continue
		}
		r.mu.Lock()
		r.announced(k, e.Hash())
		r.mu.Unlock()
	}
}
