package scenario

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
)

// promptly is how soon intake answers while NATS is away: it must not wait
// for it.
const promptly = 3 * time.Second

// natsAway: NATS is dead for ten minutes, while residents go on sending.
func natsAway(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	away, rate := pick(s, 10*time.Minute, 10*time.Second), pick(s, 2.0, 8.0)
	t.Staff(ctx, func(c *client.OfficersConfig) { c.Pace = time.Second })
	sending, stop := context.WithCancel(ctx)
	var people sync.WaitGroup
	var sent error
	people.Go(func() {
		sent = t.Residents("all", func(c *client.Config) {
			c.Count, c.Rate = 1<<20, rate // until they are told to stop
			c.Habits = &client.Habits{Repeat: 0.05, Collide: 0.05, Write: 0.1}
		}).Run(sending)
	})
	pause(ctx, 5*time.Second)
	server := t.Fleet.NATS[0]
	dead := window{from: t.Log.Now()}
	harm := t.During(server.Name, history.Fault{Kind: "away", Note: short(away)}, func() error {
		if err := server.Down(ctx, syscall.SIGKILL); err != nil {
			return err
		}
		pause(ctx, away)
		dead.to = t.Log.Now()
		return errors.Join(server.Up(), server.WaitUp(ctx))
	})
	back := time.Now()
	pause(ctx, 2*time.Second)
	stop()
	people.Wait()
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	attempts := dead.begun(t.Log.History())
	if least := int(rate * away.Seconds() / 2); len(attempts) < least {
		t.Find("while NATS was away only %d reports were sent, not %d: nothing is shown", len(attempts), least)
	}
	if longest := slowest(attempts); longest > promptly {
		t.Find("while NATS was away an answer took %s", short(longest))
	}
	for answer, n := range answers(attempts) {
		if answer != "201" {
			t.Find("while NATS was away %d reports were answered %s, not %d", n, answer, http.StatusCreated)
		}
	}
	t.Measure("away for", "%s", short(away))
	t.Measure("answered 201 while it was away", "%d, slowest %s", len(attempts), short(slowest(attempts)))
	if err := t.drained(ctx, back); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}

// drained waits until every report has a unit and measures how long that takes
// from when NATS was back.
func (t *Trial) drained(ctx context.Context, back time.Time) error {
	db, err := t.openDatabase()
	if err != nil {
		return err
	}
	defer db.close()
	first, err := db.waiting(ctx)
	if err != nil {
		return err
	}
	for n := first; n > 0; {
		if time.Since(back) > 2*time.Minute {
			t.Find("%d reports have no unit two minutes after NATS came back", n)
			return nil
		}
		if !pause(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
		if n, err = db.waiting(ctx); err != nil {
			return err
		}
	}
	t.Measure("backlog drained", "%s after NATS was back", short(time.Since(back)))
	return nil
}
