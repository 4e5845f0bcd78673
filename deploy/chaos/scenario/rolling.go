package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/balance"
	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
)

// linger is for how long a service that was asked to stop goes on taking
// requests, so that the balancer notices.
const linger = "PORTAL_LINGER=1s"

// leastRequests must be made while something restarts, or nothing is shown.
const leastRequests = 20

// rolling: every process is stopped in order and started again, one after the
// other, under load, behind a balancer. Nobody may notice.
func rolling(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{Cluster: true, Env: func(string, fleet.Role) []string { return []string{linger} }})
	if err != nil {
		return nil, err
	}
	intakes, err := t.balancer(t.Fleet.Intakes)
	if err != nil {
		return t, err
	}
	desks, err := t.balancer(t.Fleet.Desks)
	if err != nil {
		return t, errors.Join(err, intakes.Close(ctx))
	}
	t.after = func() error { return errors.Join(intakes.Close(ctx), desks.Close(ctx)) }
	t.Staff(ctx, func(c *client.OfficersConfig) { c.Desks = []string{desks.URL} })
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var people sync.WaitGroup
	var sent error
	people.Go(func() {
		sent = t.Residents("all", func(c *client.Config) {
			c.Intakes, c.Count, c.Rate, c.Concurrency = []string{intakes.URL}, 1<<20, pick(s, 20.0, 10.0), 64
		}).Run(sending)
	})
	pause(ctx, 2*time.Second)
	var harm error
	for range pick(s, 3, 1) {
		services := t.restarts(ctx, "services", t.Fleet.Services(), &harm)
		servers := t.restarts(ctx, "NATS servers", t.Fleet.NATS, &harm)
		for _, w := range []window{services, servers} {
			if n := w.requests(t.Log.History()); n < leastRequests {
				t.Find("only %d requests were made during a restart: nothing is shown", n)
			}
		}
		for _, failed := range append(services.failed(t.Log.History()), servers.failed(t.Log.History())...) {
			t.Find("%s", failed)
		}
	}
	engine := t.restarts(ctx, "engine", []*fleet.Process{t.Fleet.Engine}, &harm)
	t.Measure("failed while the engine restarted (reported apart)", "%d", len(engine.failed(t.Log.History())))
	stop()
	people.Wait()
	for _, e := range t.Fleet.Exits() {
		if e.Cause == fleet.ByRequest && !e.Clean && e.Role.Service() {
			t.Find("%s\n%s", e, e.Tail)
		}
	}
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}

// balancer starts one in front of some services.
func (t *Trial) balancer(services []*fleet.Process) (*balance.Balancer, error) {
	port, err := t.Host.Port()
	if err != nil {
		return nil, err
	}
	return balance.Start(fmt.Sprintf("127.0.0.1:%d", port), t.Fleet.URLs(services))
}

// restarts restarts processes in turn and returns from when to when that was.
func (t *Trial) restarts(ctx context.Context, what string, all []*fleet.Process, harm *error) window {
	w := window{from: t.Log.Now()}
	for _, p := range all {
		if *harm != nil || ctx.Err() != nil {
			break
		}
		*harm = t.During(p.Name, history.Fault{Kind: "restart"}, func() error {
			within, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()
			return p.Restart(within)
		})
		pause(ctx, time.Second) // the balancer and the cluster notice that it is back
	}
	w.to = t.Log.Now()
	t.Measure(what+" restarted in", "%s", short(w.to-w.from))
	return w
}
