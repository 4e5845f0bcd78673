package scenario

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
)

// kills: processes die by kill -9 at named and at random places while
// residents send and officers work.
func kills(ctx context.Context, s *Stage, name string) (*Trial, error) {
	reports, wanted := pick(s, 10_000, 400), pick(s, 200, 21)
	arming := NewArming(s.Random(name, "arming"), s.Tally, pick(s, 60, 4))
	t, err := s.Begin(ctx, name, Options{Arm: arming.Rule})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, func(c *client.OfficersConfig) { c.Pace = pick(s, 100*time.Millisecond, 30*time.Millisecond) })
	raging, calm := context.WithCancel(ctx)
	var rage sync.WaitGroup
	rage.Go(func() {
		Mayhem{
			Every: pick(s, 1500*time.Millisecond, time.Second), Pause: 2 * time.Second,
			Among: t.Fleet.All(), Links: t.Fleet.Links, Saves: true,
		}.Rage(raging, t, s.Random(name, "mayhem"))
	})
	defer rage.Wait()
	defer calm()

	rate := pick(s, 40.0, 15.0)
	if err := t.Residents("first", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = reports, rate, 64 }).Run(ctx); err != nil {
		return t, err
	}
	// Whatever has not had its turn yet gets it now, under load of its own.
	more := 0
	for round := 1; ctx.Err() == nil && round <= 20; round++ {
		n, _ := exits(t.Fleet.Exits())
		missing := s.Tally.Missing()
		if n >= wanted && len(missing) == 0 {
			break
		}
		more += 50
		if err := t.Residents(fmt.Sprint("more", round), func(c *client.Config) { c.Count, c.Rate, c.Concurrency = 50, 15, 32 }).Run(ctx); err != nil {
			return t, err
		}
	}
	calm()
	rage.Wait()
	arming.Stop()
	for _, p := range t.Fleet.Services() { // the last kills; nothing is armed after them
		p.Kill()
	}
	if err := up(ctx, t.Fleet.All()); err != nil {
		return t, err
	}
	if missing := s.Tally.Missing(); len(missing) > 0 {
		t.Find("failpoints at which nothing died: %v", missing)
	}
	if n, _ := exits(t.Fleet.Exits()); n < wanted {
		t.Find("%d kills only, not %d", n, wanted)
	}
	t.Measure("sent", "%d", reports+more)
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}

// up waits until all processes answer.
func up(ctx context.Context, all []*fleet.Process) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, p := range all {
		if err := p.WaitUp(ctx); err != nil {
			return err
		}
	}
	return nil
}
