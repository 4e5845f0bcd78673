package bus_test

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

func TestAServerWithLittleRoomGetsASmallerStream(t *testing.T) {
	opts := natsOptions(t)
	opts.JetStreamMaxStore = 200 << 20
	s, _ := serve(t, opts)
	b := connect(t, s.ClientURL())
	announce(t, b, 0, 10)
	if err := b.Ensure(t.Context()); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if p, err := b.Position(t.Context()); err != nil || p.Last != 10 {
		t.Errorf("position %+v, %v", p, err)
	}
}

func TestAServerWithoutRoomForAStreamIsNotAvailable(t *testing.T) {
	opts := natsOptions(t)
	opts.JetStreamMaxStore = 1 << 20
	s, _ := serve(t, opts)
	b := connect(t, s.ClientURL())
	if err := b.Announce(t.Context(), []report.Entry{accepted(0)}); !errors.Is(err, bus.ErrUnavailable) {
		t.Errorf("announce: %v", err)
	}
}

// The outbox keeps what the stream refuses, and announces it when there is
// room again.
func TestAFullStoreRefusesAndTakesAgainWhenThereIsRoom(t *testing.T) {
	opts := natsOptions(t)
	opts.JetStreamMaxStore = 1 << 20
	s, _ := serve(t, opts)
	js := operator(t, s.ClientURL())
	for _, name := range []string{"PHANANH", "filler"} {
		cfg := jetstream.StreamConfig{Name: name, Subjects: []string{name}, Storage: jetstream.FileStorage, MaxBytes: -1}
		if name == "PHANANH" {
			cfg.Subjects = []string{"phananh.v1.>"}
		}
		if _, err := js.CreateStream(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := js.Publish(t.Context(), "filler", make([]byte, 900<<10)); err != nil {
		t.Fatal(err)
	}
	b := connect(t, s.ClientURL())
	var refused []report.Entry
	n := 0
	for ; len(refused) == 0; n += 100 {
		var entries []report.Entry
		for i := range 100 {
			entries = append(entries, accepted(n+i))
		}
		begun := time.Now()
		switch err := b.Announce(t.Context(), entries); {
		case err == nil && n < 10_000:
		case errors.Is(err, bus.ErrUnavailable):
			refused = entries
			if took := time.Since(begun); took > 2*time.Second {
				t.Errorf("it was refused after %v", took)
			}
		default:
			t.Fatalf("after %d: %v", n, err)
		}
	}
	if err := js.DeleteStream(t.Context(), "filler"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return b.Announce(t.Context(), refused) == nil })
	if p, err := b.Position(t.Context()); err != nil || p.First != 1 || int(p.Last) != n {
		t.Errorf("%d were announced, position %+v, %v", n, p, err)
	}
}
