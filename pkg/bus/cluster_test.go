package bus_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/report"
)

// clusterOptions are three servers that know each other's addresses, so that
// each may come and go.
func clusterOptions(t *testing.T) (all []*server.Options, urls string) {
	t.Helper()
	var routes []*url.URL
	var clients []string
	for n := range 3 {
		o := natsOptions(t)
		o.ServerName, o.Port = fmt.Sprintf("s%d", n), freePort(t)
		o.Cluster = server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: freePort(t)}
		o.SyncAlways = true
		all = append(all, o)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", o.Cluster.Port)})
		clients = append(clients, "nats://127.0.0.1:"+port(o))
	}
	for _, o := range all {
		o.Routes = routes
	}
	return all, strings.Join(clients, ",")
}

func connectReplicated(t *testing.T, urls string, replicas int) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: urls, Replicas: replicas, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// shortly is time for one attempt that may have to be repeated.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// insist announces as the outbox does: until it is stored.
func insist(t *testing.T, b *bus.Bus, entries ...report.Entry) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if err = b.Announce(shortly(t), entries); err == nil {
			return
		}
		if !errors.Is(err, bus.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	t.Fatalf("not announced: %v", err)
}

func TestAClusterWithoutAQuorumIsWaitedFor(t *testing.T) {
	options, urls := clusterOptions(t)
	lone, err := server.NewServer(options[0])
	if err != nil {
		t.Fatal(err)
	}
	lone.Start()
	t.Cleanup(func() { lone.Shutdown(); lone.WaitForShutdown() })
	b := connectReplicated(t, urls, 3)
	var seen tally
	background(t, b, job(2, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return nil
	}))
	eventually(t, func() bool { return lone.ReadyForConnections(time.Second) })
	if err := b.Ensure(shortly(t)); !errors.Is(err, bus.ErrUnavailable) {
		t.Errorf("ensure: %v", err)
	}
	if err := b.Announce(shortly(t), []report.Entry{accepted(0)}); !errors.Is(err, bus.ErrUnavailable) {
		t.Errorf("announce: %v", err)
	}
	if err := b.Follow(shortly(t), bus.Position{}, func(report.Entry, bus.Position) {}); !errors.Is(err, bus.ErrUnavailable) {
		t.Errorf("follow: %v", err)
	}
	serve(t, options[1])
	serve(t, options[2])
	insist(t, b, accepted(0))
	eventually(t, func() bool { return seen.len() == 1 })
}

func TestReplicasAreAddedAndNeverTakenAway(t *testing.T) {
	options, urls := clusterOptions(t)
	for _, o := range options {
		serve(t, o)
	}
	one, three := connectReplicated(t, urls, 1), connectReplicated(t, urls, 3)
	var seen tally
	background(t, one, job(2, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return nil
	}))
	insist(t, one, accepted(0))
	eventually(t, func() bool { return seen.len() == 1 })
	js := operator(t, urls)
	replicas := func() int {
		s, err := js.Stream(shortly(t), "PHANANH")
		if err != nil {
			return 0
		}
		current := 1 // the leader
		for _, r := range s.CachedInfo().Cluster.Replicas {
			if r.Current {
				current++
			}
		}
		return current
	}
	for _, b := range []*bus.Bus{three, one} { // the second must not undo it
		eventually(t, func() bool { return b.Ensure(shortly(t)) == nil })
		eventually(t, func() bool { return replicas() == 3 })
	}
	if s, err := js.Stream(shortly(t), "PHANANH"); err != nil || s.CachedInfo().Config.Replicas != 3 {
		t.Errorf("the stream was made smaller: %v", err)
	}
	insist(t, one, accepted(1))
	eventually(t, func() bool { return seen.len() == 2 })
}

// The server that leads the stream goes while everything is at work, then the
// next one, each coming back in between.
func TestTheLossOfAStreamLeaderLosesNothing(t *testing.T) {
	options, urls := clusterOptions(t)
	stops := map[string]func(){}
	at := map[string]*server.Options{}
	for _, o := range options {
		_, stops[o.ServerName] = serve(t, o)
		at[o.ServerName] = o
	}
	b := connectReplicated(t, urls, 3)
	eventually(t, func() bool { return b.Ensure(shortly(t)) == nil })
	var seen tally
	for range 2 {
		background(t, connectReplicated(t, urls, 3), job(4, func(_ context.Context, id report.ID, attempt int) error {
			seen.note(id, attempt)
			return nil
		}))
	}
	var got collector
	followed := followOn(t, connectReplicated(t, urls, 3), &got)
	js := operator(t, urls)
	const rounds, each = 2, 50
	for round := range rounds {
		var leader string
		for n := range each {
			insist(t, b, accepted(round*each+n))
			if n != each/2 {
				continue
			}
			eventually(t, func() bool {
				s, err := js.Stream(shortly(t), "PHANANH")
				if err == nil {
					leader = s.CachedInfo().Cluster.Leader
				}
				return err == nil && leader != ""
			})
			stops[leader]()
		}
		_, stops[leader] = serve(t, at[leader])
	}
	eventually(t, func() bool { return seen.len() == rounds*each })
	eventually(t, func() bool { return len(got.reports()) == rounds*each })
	if err := followed(); err != nil {
		t.Error(err)
	}
}
