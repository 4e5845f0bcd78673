package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// prefix is that of the built-in jurisdiction's case numbers.
const prefix = "AG"

// dutyDesk is the unit to which poison must come.
const dutyDesk = "89-TB"

// poisoned is the report that is damaged on purpose.
const poisoned report.ID = "P01S0NP01S0N"

// poison: a report that nobody can read and announcements that are garbage,
// among many that are sound. The others must not wait for it.
func poison(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	t.Plant(string(poisoned))
	reports, rate := pick(s, 1000, 200), pick(s, 40.0, 20.0)
	half := func(name string) error {
		return t.Residents(name, func(c *client.Config) {
			c.Count, c.Rate, c.Concurrency, c.Habits = reports/2, rate, 32, &client.Habits{}
		}).Run(ctx)
	}
	if err := half("before"); err != nil {
		return t, err
	}
	planted := time.Now()
	if err := t.During("nats", history.Fault{Kind: "poison"}, func() error { return t.plantPoison(ctx) }); err != nil {
		return t, err
	}
	var waiting sync.WaitGroup
	waiting.Go(func() { t.atDutyDesk(ctx, planted) })
	err = half("after")
	waiting.Wait()
	if err != nil {
		return t, err
	}
	if err := t.Check(ctx, check.Bounds{}, 60*time.Second); err != nil {
		return t, err
	}
	return t, t.compareWays(ctx, planted)
}

// plantPoison writes a report of a schema that nobody knows, announces it, and
// sends garbage along.
func (t *Trial) plantPoison(ctx context.Context) error {
	db, err := t.openDatabase()
	if err != nil {
		return err
	}
	defer db.close()
	_, err = db.Collection("reports").InsertOne(ctx, bson.D{
		{Key: "_id", Value: string(poisoned)}, {Key: "schema", Value: 99}, {Key: "digest", Value: "not even bytes"},
		{Key: "category", Value: 7}, {Key: "received_at", Value: time.Now().UTC().Truncate(time.Millisecond)},
	})
	if err != nil {
		return fmt.Errorf("plant poison: %w", err)
	}
	announcement, err := json.Marshal(map[string]any{
		"report": poisoned, "accepted": map[string]any{"category": "theft", "received_at": time.Now().UTC()},
	})
	if err != nil {
		return err
	}
	stream, err := t.openStream()
	if err != nil {
		return err
	}
	defer stream.close()
	var all []*nats.Msg
	for _, data := range [][]byte{announcement, {}, {0, 255, 254}, []byte("{"), []byte(`{"report":"nobody"}`), []byte(`[1,2,3]`)} {
		all = append(all, &nats.Msg{Subject: reportsSubject, Data: data})
	}
	return stream.publish(ctx, all)
}

// atDutyDesk waits until a supervisor sees the poison in the duty desk's queue
// at every desk, for a minute at most.
func (t *Trial) atDutyDesk(ctx context.Context, planted time.Time) {
	who := fleet.Supervisor()
	number := poisoned.CaseNumber(prefix)
	for _, p := range t.Fleet.Desks {
		for {
			row, err := lookFor(ctx, t.Fleet.URL(p), client.Account{Username: who.User, Password: who.Password}, number)
			if err == nil && row != nil && row.Unit == dutyDesk {
				t.Measure("poison in the duty desk's queue at "+p.Name, "after %s", short(time.Since(planted)))
				break
			}
			if time.Since(planted) > time.Minute {
				t.Find("%s does not show the damaged report %s in the duty desk's queue after a minute: %+v, %v", p.Name, number, row, err)
				break
			}
			if !pause(ctx, time.Second) {
				return
			}
		}
	}
}

// lookFor returns a case's row at a desk, nil if there is none.
func lookFor(ctx context.Context, url string, who client.Account, number string) (*client.Row, error) {
	desk, err := client.LogIn(ctx, url, nil, who)
	if err != nil {
		return nil, err
	}
	rows, err := desk.Rows(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.CaseNumber == number {
			return &row, nil
		}
	}
	return nil, nil
}

// delayed is by how much the slow end may be slower with poison than without.
// Machines stutter; a queue that is stuck costs seconds.
const delayed = 2 * time.Second

// compareWays compares how long the sound reports took to their units before
// and after the poison.
func (t *Trial) compareWays(ctx context.Context, planted time.Time) error {
	db, err := t.openDatabase()
	if err != nil {
		return err
	}
	defer db.close()
	all, err := db.ways(ctx)
	if err != nil {
		return err
	}
	var before, after []time.Duration
	for id, w := range all {
		switch {
		case id == string(poisoned) || w.routed.IsZero():
		case w.received.Before(planted):
			before = append(before, w.routed.Sub(w.received))
		default:
			after = append(after, w.routed.Sub(w.received))
		}
	}
	if len(before) == 0 || len(after) == 0 {
		return fmt.Errorf("%d reports before the poison, %d after it", len(before), len(after))
	}
	t.Measure("to routed before the poison", "p50 %s, p99 %s", short(rank(before, 50)), short(rank(before, 99)))
	t.Measure("after it", "p50 %s, p99 %s", short(rank(after, 50)), short(rank(after, 99)))
	if rank(after, 99) > 2*rank(before, 99)+delayed {
		t.Find("the sound reports took p99 %s to their units with the poison among them, %s before", short(rank(after, 99)), short(rank(before, 99)))
	}
	return nil
}

// rank is the nearest-rank percentile.
func rank(all []time.Duration, percent int) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, (len(all)*percent+99)/100-1)]
}
