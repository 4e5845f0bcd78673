package bus_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

// A server that takes announcements and never answers must not use up, for
// ever, what may be in flight.
func TestAnnouncementsThatAreNeverAnsweredAreForgotten(t *testing.T) {
	t.Parallel()
	url := start(t)
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	silent, err := conn.Subscribe("phananh.v1.>", func(*nats.Msg) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	b := connect(t, url)
	var entries []report.Entry
	for n := range 5000 {
		entries = append(entries, accepted(n))
	}
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if err := b.Announce(ctx, entries); !errors.Is(err, bus.ErrUnavailable) {
			t.Errorf("announce: %v", err)
		}
		cancel()
	}
	if err := silent.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return b.Announce(shortly(t), entries[:10]) == nil })
}
