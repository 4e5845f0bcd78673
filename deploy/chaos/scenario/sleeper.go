package scenario

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/pkg/failpoint"
)

// markerLife is how long a marker lives here; the writer sleeps for longer.
const markerLife = 4 * time.Second

// sleeper: a writer sleeps past its marker's life and is killed before it
// answers; and writers are killed right after their inserts, with no marker
// left. The client comes again in one case, and never does in the others: of a
// report, and of an officer's action.
func sleeper(ctx context.Context, s *Stage, name string) (*Trial, error) {
	written := fmt.Sprintf("%s=kill@1", failpoint.JournalWritten)
	lives := map[string]*script{
		"intake-1": {lives: []string{
			fmt.Sprintf("%s=pause:%s@1;%s=kill@1", failpoint.JournalMarked, markerLife+2*time.Second, failpoint.JournalCommitted),
			written, written,
		}},
		"desk-1": {lives: []string{written}},
	}
	t, err := s.Begin(ctx, name, Options{
		Env: func(string, fleet.Role) []string { return []string{"PORTAL_MARKER_LIFE=" + markerLife.String()} },
		Arm: func(process string, _ fleet.Role) string {
			if own := lives[process]; own != nil {
				return own.next()
			}
			return ""
		},
	})
	if err != nil {
		return nil, err
	}
	db, err := t.openDatabase()
	if err != nil {
		return t, err
	}
	defer db.close()
	both := t.Fleet.URLs(t.Fleet.Intakes)
	if err := t.untilKilled(ctx, 1, client.Config{Intakes: both, Count: 4, Concurrency: 4}); err != nil {
		return t, err
	}
	t.onExit(func(e fleet.Exit) {
		if e.Point == failpoint.JournalWritten {
			t.unmark(db, e.At)
			if e.Role == fleet.Desk {
				t.goHome()
			}
		}
	})
	if err := t.untilKilled(ctx, 2, client.Config{Intakes: both, Count: 1}); err != nil {
		return t, err
	}
	// Once only, to the one that dies: nobody comes again for this report.
	if err := t.untilKilled(ctx, 3, client.Config{Intakes: both[:1], Count: 1, Deadline: time.Millisecond}); err != nil {
		return t, err
	}
	if err := t.orphanRouted(ctx, db, time.Now()); err != nil {
		return t, err
	}
	if err := t.untilDeskKilled(ctx); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{Route: orphanLimit}, orphanLimit)
}

// untilDeskKilled has officers work until the first desk has died right after
// an insert. They go home at that moment: nobody comes again for the action,
// and the boards must find it by themselves.
func (t *Trial) untilDeskKilled(ctx context.Context) error {
	t.Staff(ctx, nil)
	desk := t.Fleet.Desks[0]
	for deadline := time.Now().Add(time.Minute); ; {
		for _, e := range t.Fleet.Exits() {
			if e.Process == desk.Name && e.Cause == fleet.ByFailpoint {
				within, cancel := context.WithTimeout(ctx, 30*time.Second)
				defer cancel()
				return desk.WaitUp(within)
			}
		}
		if time.Now().After(deadline) || !pause(ctx, 50*time.Millisecond) {
			return fmt.Errorf("%s did not die: no officer did anything there", desk.Name)
		}
	}
}

// script is what a process's lives are armed with, one after the other.
type script struct {
	mu    sync.Mutex
	lives []string
}

func (s *script) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lives) == 0 {
		return ""
	}
	rules := s.lives[0]
	s.lives = s.lives[1:]
	return rules
}

// untilKilled sends reports until the first intake has died of failpoints so
// many times, and waits until it is back.
func (t *Trial) untilKilled(ctx context.Context, deaths int, people client.Config) error {
	for round := 1; ; round++ {
		err := t.Residents(fmt.Sprint("death", deaths, "round", round), func(c *client.Config) {
			c.Intakes, c.Count, c.Deadline = people.Intakes, people.Count, people.Deadline
			if people.Concurrency > 0 {
				c.Concurrency = people.Concurrency
			}
			c.Habits = &client.Habits{}
		}).Run(ctx)
		if err != nil {
			return err
		}
		n := 0
		for _, e := range t.Fleet.Exits() {
			if e.Cause == fleet.ByFailpoint && e.Role == fleet.Intake {
				n++
			}
		}
		if n >= deaths {
			break
		}
		if round > 30 || !pause(ctx, 100*time.Millisecond) {
			return fmt.Errorf("the writer did not die the %d. time", deaths)
		}
	}
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return t.Fleet.Intakes[0].WaitUp(within)
}

// inFlight is how long what a dead writer sent may be on its way. Sweepers
// leave markers alone for longer than that.
const inFlight = 200 * time.Millisecond

// unmark removes the markers that were there when the writer died: as if it
// had died before they were written.
func (t *Trial) unmark(db *database, died time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	pause(ctx, inFlight)
	var markers []any
	err := each(ctx, db.outbox, func(raw bson.Raw) error {
		if at, ok := raw.Lookup("at").TimeOK(); ok && at.Before(died) {
			markers = append(markers, raw.Lookup("_id").ObjectID())
		}
		return nil
	})
	for _, id := range markers {
		if err == nil {
			_, err = db.outbox.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		}
	}
	if err != nil {
		t.Find("markers not removed: %v", err)
	}
}

// orphanLimit is how long a report that nobody knows of may wait for a unit.
const orphanLimit = 90 * time.Second

// orphanRouted waits until every report has a unit.
func (t *Trial) orphanRouted(ctx context.Context, db *database, since time.Time) error {
	for {
		n, err := db.waiting(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			t.Measure("orphan routed", "%s after its writer died", short(time.Since(since)))
			return nil
		}
		if time.Since(since) > orphanLimit {
			t.Find("%d reports that were stored without a marker and without an answer have no unit after %s", n, orphanLimit)
			return nil
		}
		if !pause(ctx, 500*time.Millisecond) {
			return ctx.Err()
		}
	}
}
