// Package journal is the only truth of the portal: the append-only record of
// reports, actions and account changes in MongoDB. It is the only package,
// the embedded engine aside, that imports the MongoDB driver.
//
// Nothing is ever updated. Concurrency control is the unique _id: whoever
// inserts it first has won, the other gets ErrConflict, loads again and
// decides again. It asks nothing of the database but inserts, reads by _id,
// sequential scans, and deletes in the small collections outbox and sessions,
// so that one code path serves a replica set, a sharded cluster and the
// embedded engine. See deploy/adr/0001-append-only-journal.md.
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/phananh/portal/pkg/outage"
	"github.com/phananh/portal/pkg/report"
)

// Errors of the journal. Writes return ErrConflict, ErrUnavailable (nothing
// was written) or ErrUnknown (it may have been written, or may yet be); reads
// return ErrNotFound, ErrDamaged or ErrUnavailable.
var (
	ErrConflict    = errors.New("journal: an entry with this ID exists")
	ErrUnavailable = errors.New("journal: not available")
	ErrUnknown     = errors.New("journal: outcome unknown")
	ErrNotFound    = errors.New("journal: not found")
	ErrDamaged     = errors.New("journal: damaged entry")
)

// Databases lists what the journal of a name uses: databases, each with its
// collections. The outbox has a database of its own, so that an engine that
// locks a database for each write can write a batch and its marker at once.
func Databases(name string) map[string][]string {
	return map[string][]string{
		name:           {reportsName, actionsName, accountsName, sessionsName, pinsName, probesName},
		outboxOf(name): {outboxName},
	}
}

// Collections lists the names of all collections in them.
func Collections() []string {
	return []string{reportsName, actionsName, accountsName, sessionsName, pinsName, probesName, outboxName}
}

func outboxOf(name string) string { return name + "_outbox" }

const (
	reportsName  = "reports"
	actionsName  = "actions"
	outboxName   = "outbox"
	accountsName = "accounts"
	sessionsName = "sessions"
	pinsName     = "pins"
	probesName   = "probes"
)

// Announcer tells the rest of the system that entries are in the journal. It
// returns nil once every announcement is stored; it may be called repeatedly
// with the same entries.
type Announcer interface {
	Announce(ctx context.Context, entries []report.Entry) error
}

// Config of a journal. Zero values mean the defaults.
type Config struct {
	URI      string
	Database string
	Announcer
	Log *slog.Logger

	WriteTimeout time.Duration // of one batch; default 2.5 s
	SweepEvery   time.Duration // how often the outbox is swept; default 2 s
	SweepAfter   time.Duration // markers known for less than this are left alone; default 3 s
	MarkerLife   time.Duration // when a marker without its entry is dropped; default 60 s
}

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.WriteTimeout, 2500 * time.Millisecond},
		{&c.SweepEvery, 2 * time.Second},
		{&c.SweepAfter, 3 * time.Second},
		{&c.MarkerLife, time.Minute},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return c
}

// Journal appends and reads entries. It is safe for concurrent use.
type Journal struct {
	cfg    Config
	client *mongo.Client

	reports, actions, outbox, accounts, sessions, pins, probes *mongo.Collection

	met        map[bson.ObjectID]time.Time // the sweeper's: when it first met each marker
	sweepFails bool                        // the sweeper's: it could not announce
	backlog    atomic.Int64                // markers that the sweeper last found

	// One write to the outbox at a time: an engine that locks would have the
	// second one poll for its turn. Holds a token while somebody writes.
	outboxTurn chan struct{}

	fit    fitness
	untold *outage.Outage

	queue     chan *pending
	announced chan batch // written, to be announced
	closing   chan struct{}
	stopped   chan struct{} // the writer has ended
	closeOnce sync.Once
	closed    error // what Close returned
	stopSweep context.CancelFunc
	writer    sync.WaitGroup
	others    sync.WaitGroup
}

// settings are those under which the journal talks to a database: everything
// is acknowledged by a majority, on its disks, and read as a majority has it.
func settings(uri string) *options.ClientOptions {
	return options.Client().ApplyURI(uri).
		SetServerSelectionTimeout(2 * time.Second).
		SetConnectTimeout(2 * time.Second).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: new(true)}).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary())
}

// Open connects to the database and starts the background work: one writer,
// one announcer, one sweeper. It does not wait for the database to answer:
// see Ping.
func Open(cfg Config) (*Journal, error) {
	cfg = cfg.withDefaults()
	client, err := mongo.Connect(settings(cfg.URI).SetAppName("phananh"))
	if err != nil {
		return nil, fmt.Errorf("journal: connect: %w", err)
	}
	db := client.Database(cfg.Database)
	j := &Journal{
		cfg: cfg, client: client,
		reports: db.Collection(reportsName), actions: db.Collection(actionsName),
		outbox:     client.Database(outboxOf(cfg.Database)).Collection(outboxName),
		accounts:   db.Collection(accountsName),
		sessions:   db.Collection(sessionsName),
		pins:       db.Collection(pinsName),
		probes:     db.Collection(probesName),
		untold:     outage.New(cfg.Log, "entries not announced yet; the outbox keeps them", "entries are announced again"),
		outboxTurn: make(chan struct{}, 1),
		queue:      make(chan *pending, maxQueue),
		announced:  make(chan batch, maxUnannounced),
		closing:    make(chan struct{}),
		stopped:    make(chan struct{}),
	}
	ctx, stop := context.WithCancel(context.Background())
	j.stopSweep = stop
	j.writer.Go(j.write)
	j.others.Go(j.announce)
	j.others.Go(func() { j.sweepUntil(ctx) })
	return j, nil
}

// Ping says whether the database answers, and answers as a primary.
func (j *Journal) Ping(ctx context.Context) error {
	if err := j.client.Database(j.cfg.Database).RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// Close writes what is queued, announces what is written, and disconnects.
// Appends that come later fail with ErrUnavailable. What cannot be announced
// before ctx ends stays in the outbox for the next start. Closing again does
// nothing.
func (j *Journal) Close(ctx context.Context) error {
	j.closeOnce.Do(func() { j.closed = j.close(ctx) })
	return j.closed
}

func (j *Journal) close(ctx context.Context) error {
	close(j.closing)
	j.stopSweep()
	done := make(chan struct{})
	go func() {
		j.writer.Wait()
		close(j.stopped)
		j.others.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("journal: close: %w", ctx.Err())
	}
	return errors.Join(err, j.client.Disconnect(context.WithoutCancel(ctx)))
}
