package bus_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

func TestAFollowerLearnsThatTheStreamWasReplaced(t *testing.T) {
	url := start(t)
	b := connect(t, url)
	if err := b.Announce(t.Context(), []report.Entry{accepted(1)}); err != nil {
		t.Fatal(err)
	}
	from, err := b.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.Follow(t.Context(), from, func(report.Entry, bus.Position) {}) }()
	deleteStreams(t, url)
	if err := b.Announce(t.Context(), []report.Entry{accepted(2)}); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, bus.ErrReplaced) {
			t.Errorf("follow ended with %v", err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("the follower noticed nothing")
	}
}

// A server that lost power brings back less than it had acknowledged, under
// the same identity.
func TestAFollowerLearnsThatTheStreamLostItsEnd(t *testing.T) {
	opts := natsOptions(t)
	first, stop := serve(t, opts)
	b := connect(t, first.ClientURL())
	if err := b.Announce(t.Context(), []report.Entry{accepted(1), accepted(2), accepted(3)}); err != nil {
		t.Fatal(err)
	}
	position, err := b.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stop()
	again, _ := serve(t, opts)
	b = connect(t, again.ClientURL())
	// The follower had read more than is there now.
	position.Last += 5
	if err := b.Follow(shortly(t), position, func(report.Entry, bus.Position) {}); !errors.Is(err, bus.ErrReplaced) {
		t.Errorf("follow ended with %v", err)
	}
}

// followOn follows as a board does, from the beginning and on from where it
// stood whenever following breaks. The function that it returns ends it and
// says whether the stream was held to be another one.
func followOn(t *testing.T, b *bus.Bus, c *collector) func() error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		var at bus.Position
		for ctx.Err() == nil {
			if at.Stream.IsZero() {
				if p, err := b.Position(ctx); err == nil {
					at.Stream = p.Stream
				}
			}
			err := b.Follow(ctx, at, func(e report.Entry, p bus.Position) {
				at = p
				c.add(e, p)
			})
			if errors.Is(err, bus.ErrReplaced) && !at.Stream.IsZero() {
				ended <- err
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		ended <- nil
	}()
	stop := sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

// A server is restored from an older copy, or lost power, while a board
// follows: what it comes back with is less than the board has read.
func TestAFollowerNoticesAtWorkThatTheStreamWasCutShort(t *testing.T) {
	for name, regrows := range map[string]bool{"and stays short": false, "and grows past where it was": true} {
		t.Run(name, func(t *testing.T) {
			opts := natsOptions(t)
			opts.Port = freePort(t)
			address := "nats://127.0.0.1:" + port(opts)
			_, stop := serve(t, opts)
			b := connect(t, address)
			announce(t, b, 0, 10)
			stop()
			older := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(older, os.DirFS(opts.StoreDir)); err != nil {
				t.Fatal(err)
			}
			_, stop = serve(t, opts)
			eventually(t, func() bool { return b.Ping(t.Context()) == nil })
			announce(t, b, 10, 30)
			from, err := b.Position(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got collector
			begin := bus.Position{Stream: from.Stream}
			done := make(chan error, 1)
			go func() { done <- b.Follow(t.Context(), begin, got.add) }()
			eventually(t, func() bool { return len(got.entries()) == 30 })

			stop()
			opts.StoreDir = older
			serve(t, opts)
			if regrows { // before the follower can look
				eventually(t, func() bool { return b.Announce(t.Context(), []report.Entry{accepted(100)}) == nil })
				announce(t, b, 101, 140)
			}
			select {
			case err := <-done:
				if !errors.Is(err, bus.ErrReplaced) {
					t.Errorf("follow ended with %v", err)
				}
			case <-time.After(15 * time.Second):
				now, err := b.Position(t.Context())
				t.Errorf("the follower noticed nothing: the stream is at %+v, %v", now, err)
			}
			if n := len(got.entries()); n != 30 {
				t.Errorf("%d announcements were handed over: what follows a gap must not be", n)
			}
			// One who stood there when it happened notices as well, later.
			if err := b.Follow(shortly(t), from, got.add); !errors.Is(err, bus.ErrReplaced) {
				t.Errorf("following on from before: %v", err)
			}
		})
	}
}
