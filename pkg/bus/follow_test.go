package bus_test

import (
	"errors"
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
	if err := b.Follow(t.Context(), position, func(report.Entry, bus.Position) {}); !errors.Is(err, bus.ErrReplaced) {
		t.Errorf("follow ended with %v", err)
	}
}
