package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
)

// times is how often every message is delivered once more.
const times = 5

// redeliver: every message of the stream comes five times more and shuffled:
// once while everything runs, and once when everything is still and nothing
// may change by a byte.
func redeliver(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	reports := pick(s, 1000, 100)
	for i := range 2 {
		err := t.Residents(fmt.Sprint("part", i), func(c *client.Config) {
			c.Count, c.Rate, c.Concurrency = reports/2, pick(s, 50.0, 20.0), 32
		}).Run(ctx)
		if err != nil {
			return t, err
		}
		if i == 0 { // the other half is sent and worked on while these come
			if err := t.repeatAll(ctx); err != nil {
				return t, err
			}
		}
	}
	pause(ctx, 2*time.Second)
	t.goHome()
	t.people.Wait()
	if err := t.Check(ctx, check.Bounds{}, 60*time.Second); err != nil {
		return t, err
	}
	before, err := t.digests(ctx)
	if err != nil {
		return t, err
	}
	if err := t.repeatAll(ctx); err != nil {
		return t, err
	}
	after, err := t.digests(ctx)
	if err != nil {
		return t, err
	}
	if !slices.Equal(before, after) {
		t.Find("the final state is another one: %v, before %v", after, before)
	}
	t.Measure("state before and after", "%s", after[0])
	return t, nil
}

// repeatAll publishes every message of the stream five times more, in random
// order, and waits until all were consumed.
func (t *Trial) repeatAll(ctx context.Context) error {
	stream, err := t.openStream()
	if err != nil {
		return err
	}
	defer stream.close()
	all, err := stream.messages(ctx)
	if err != nil {
		return err
	}
	all = slices.Repeat(all, times)
	t.Random(t.Name, "order").Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	t.Measure("messages repeated", "%d", len(all))
	return t.During("nats", history.Fault{Kind: "repeat"}, func() error {
		if err := stream.publish(ctx, all); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		return stream.settled(ctx)
	})
}

// digests are those of the journal and of every board.
func (t *Trial) digests(ctx context.Context) ([]string, error) {
	db, err := t.openDatabase()
	if err != nil {
		return nil, err
	}
	defer db.close()
	journal, err := db.digest(ctx)
	if err != nil {
		return nil, err
	}
	all := []string{"journal " + journal}
	supervisor := fleet.Supervisor()
	for _, p := range t.Fleet.Desks {
		d, err := client.LogIn(ctx, t.Fleet.URL(p), nil, client.Account{Username: supervisor.User, Password: supervisor.Password})
		if err != nil {
			return nil, err
		}
		census, err := d.Census(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Name+" "+census.Digest)
	}
	return all, nil
}
