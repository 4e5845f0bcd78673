package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

// lines keeps what is logged.
type lines struct {
	mu  sync.Mutex
	got []string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, strings.TrimSpace(string(p)))
	return len(p), nil
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.got...)
}

// count is of the lines that hold all parts.
func (l *lines) count(parts ...string) int {
	n := 0
	for _, line := range l.all() {
		holds := true
		for _, p := range parts {
			holds = holds && strings.Contains(line, p)
		}
		if holds {
			n++
		}
	}
	return n
}

func connectLogged(t *testing.T, url string, log *lines) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: url, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func TestAnOutageIsToldOnceAndItsEndToo(t *testing.T) {
	opts := natsOptions(t)
	opts.Port = freePort(t)
	log := &lines{}
	b := connectLogged(t, "nats://127.0.0.1:"+port(opts), log) // nothing is there yet
	var seen tally
	background(t, b, job(2, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return nil
	}))
	for round := range 2 {
		time.Sleep(2 * time.Second) // several attempts at connecting
		if err := b.Announce(t.Context(), []report.Entry{accepted(0)}); !errors.Is(err, bus.ErrUnavailable) {
			t.Errorf("announcing meanwhile: %v", err)
		}
		if n := len(log.all()); n != 2*round+1 {
			t.Fatalf("round %d: %d lines: %q", round, n, log.all())
		}
		_, stop := serve(t, opts)
		eventually(t, func() bool { return b.Announce(t.Context(), []report.Entry{accepted(round)}) == nil })
		eventually(t, func() bool { return seen.len() == round+1 })
		if n := len(log.all()); n != 2*round+2 {
			t.Fatalf("round %d: %d lines: %q", round, n, log.all())
		}
		stop()
	}
	if log.count("NATS cannot be reached") < 2 || log.count("NATS can be reached again", "after=") != 2 {
		t.Errorf("said %q", log.all())
	}
}
