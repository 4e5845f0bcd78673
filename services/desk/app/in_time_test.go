package app_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
)

// line is a connection to the engine that can be made to swallow everything:
// nothing is refused, nothing is answered.
type line struct {
	mu    sync.Mutex
	quiet bool
}

func (l *line) silence() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet = true
}

// Write lets bytes pass to the next writer of an io.MultiWriter, or not.
func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.quiet {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// through returns a MongoDB URI that leads through the line.
func (l *line) through(t *testing.T, uri string) string {
	t.Helper()
	target, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := target.Host
	target.Host = listener.Addr().String()
	var ends sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	ends.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", engine)
			if err != nil {
				_ = near.Close()
				continue
			}
			mu.Lock()
			open = append(open, near, far)
			mu.Unlock()
			ends.Go(func() { _, _ = io.Copy(io.MultiWriter(l, far), near) })
			ends.Go(func() { _, _ = io.Copy(io.MultiWriter(l, near), far) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		ends.Wait()
	})
	return target.String()
}

func TestADatabaseThatSaysNothingIsAnsweredInTime(t *testing.T) {
	w := newWorld(t)
	w.account("lan", account.Officer, "883")
	r := w.report("883")
	var wire line
	w.engines.MongoDB = wire.through(t, w.engines.MongoDB)
	w.journal, w.bus = w.connect()
	w.checkpoint = ""
	w.start()
	lan := w.loginAs("lan")
	lan.sees("", 1)
	wire.silence()
	for _, ask := range []func() answer{
		func() answer { return lan.get("/api/v1/queue") },
		func() answer { return lan.get("/api/v1/cases/" + w.number(r)) },
		func() answer { return lan.act(w.number(r), map[string]any{"type": "claim", "expect": 1}) },
	} {
		begun := time.Now()
		got := ask()
		if took := time.Since(begun); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || took > 3500*time.Millisecond {
			t.Errorf("%d after %v: %s", got.status, took, got.body)
		}
	}
}
