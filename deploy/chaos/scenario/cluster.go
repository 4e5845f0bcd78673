package scenario

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
)

// cluster: NATS is three servers that sync every message. Whichever leads the
// stream is killed, again and again, while writers and announcers are paused
// for seconds; then everything is restarted in turn.
func cluster(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{Cluster: true})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var people, harmful sync.WaitGroup
	var sent error
	people.Go(func() {
		sent = t.Residents("all", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = 1<<20, pick(s, 20.0, 10.0), 64 }).Run(sending)
	})
	harming, enough := context.WithTimeout(ctx, pick(s, 2*time.Minute, 20*time.Second))
	defer enough()
	leaders := 0
	harmful.Go(func() { leaders = t.killLeaders(harming) })
	harmful.Go(func() { t.pauseSomebody(harming) })
	harmful.Wait()
	var harm error
	t.restarts(ctx, "everything", t.Fleet.All(), &harm)
	stop()
	people.Wait()
	t.Measure("leaders killed", "%d", leaders)
	if leaders == 0 {
		t.Find("no leader was killed")
	}
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}

// killLeaders kills whichever server leads the stream, every few seconds.
func (t *Trial) killLeaders(ctx context.Context) (killed int) {
	stream, err := t.openStream()
	if err != nil {
		t.Find("no connection to NATS: %v", err)
		return 0
	}
	defer stream.close()
	for pause(ctx, 5*time.Second) {
		ask, cancel := context.WithTimeout(ctx, 2*time.Second)
		leader, err := stream.leader(ask)
		cancel()
		if err != nil {
			continue // none is elected yet
		}
		for _, p := range t.Fleet.NATS {
			if p.Name == leader && p.Kill() {
				killed++
			}
		}
	}
	return killed
}

// pauseSomebody pauses one service after the other for 5 to 10 seconds.
func (t *Trial) pauseSomebody(ctx context.Context) {
	random := t.Random(t.Name, "pauses")
	services := t.Fleet.Services()
	for pause(ctx, time.Duration(1+random.IntN(3))*time.Second) {
		sleep(ctx, t, services[random.IntN(len(services))], time.Duration(5+random.IntN(5))*time.Second)
	}
}
