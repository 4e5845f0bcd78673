package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/phananh/portal/pkg/report"
)

// ErrFull says that the database has no room left. It comes together with
// ErrUnavailable or ErrUnknown.
var ErrFull = errors.New("journal: the database's disk is full")

// probeEvery spaces the attempts at finding out whether writing works again.
const probeEvery = 500 * time.Millisecond

// fitness is what is known about writing.
type fitness struct {
	mu     sync.Mutex
	fault  error     // of the last write; nil: it went well
	begun  time.Time // when the write that is going on began; zero: none is
	probed time.Time // when writing was last tried for its own sake
}

// begin notes that a write has begun.
func (f *fitness) begin(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun = now
}

// note keeps the outcomes of a write. A conflict is a success.
func (f *fitness) note(outcomes ...error) {
	var fault error
	for _, err := range outcomes {
		if err != nil && !errors.Is(err, ErrConflict) {
			fault = err
			break
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.begun = fault, time.Time{}
}

// Writable says whether entries can be stored: nil, or why the last attempt
// failed. After a failure it tries again by itself, with documents of no
// meaning that it removes, so that a service without any traffic learns that
// all is well. Errors as Append, and ErrFull.
func (j *Journal) Writable(ctx context.Context) error {
	j.fit.mu.Lock()
	if begun := j.fit.begun; !begun.IsZero() && time.Since(begun) > 2*j.cfg.WriteTimeout {
		j.fit.mu.Unlock()
		return fmt.Errorf("%w: a write has been going on for %v", ErrUnknown, time.Since(begun).Round(time.Millisecond))
	}
	fault, due := j.fit.fault, time.Since(j.fit.probed) > probeEvery
	if fault != nil && due {
		j.fit.probed = time.Now()
	}
	j.fit.mu.Unlock()
	if fault == nil || !due {
		return fault
	}
	err := j.probe(ctx)
	j.fit.mu.Lock()
	defer j.fit.mu.Unlock()
	j.fit.fault = err
	return err
}

// probe writes to both databases that an append writes to.
func (j *Journal) probe(ctx context.Context) error {
	m := marker{ID: bson.NewObjectID(), At: report.Instant(time.Now())}
	for _, c := range []*mongo.Collection{j.probes, j.outbox} {
		_, err := c.InsertOne(ctx, m)
		if err = insertOutcome(err); err != nil {
			return err
		}
		if _, err := c.DeleteOne(ctx, bson.D{{Key: "_id", Value: m.ID}}); err != nil {
			return unknown(err)
		}
	}
	return nil
}

// unknown marks an error that leaves open whether something was written.
func unknown(err error) error {
	if full(err) {
		return fmt.Errorf("%w: %w: %w", ErrUnknown, ErrFull, err)
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// full recognises a database without room. MongoDB has a code for it, the
// embedded engine passes on what SQLite or the system says.
// Source: https://www.mongodb.com/docs/manual/reference/error-codes/
func full(err error) bool {
	const outOfDiskSpace = 14031
	var server mongo.ServerError
	if errors.As(err, &server) && server.HasErrorCode(outOfDiskSpace) {
		return true
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "disk is full") || strings.Contains(text, "no space left")
}
