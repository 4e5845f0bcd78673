package journal_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// muzzle stands between a journal and its database. The first connection that
// sends what it was told to wait for is never answered again, and never
// closed; all others work.
type muzzle struct {
	waitFor atomic.Pointer[[]byte]
	silent  chan struct{} // closed once a connection was silenced
	once    sync.Once
}

// before returns a URI that leads through the muzzle.
func (m *muzzle) before(t *testing.T, uri string) string {
	t.Helper()
	target, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	database := target.Host
	target.Host = listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	var ends sync.WaitGroup
	ends.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", database)
			if err != nil {
				_ = near.Close()
				continue
			}
			ends.Go(func() {
				<-ctx.Done()
				_, _ = near.Close(), far.Close()
			})
			ends.Go(func() { m.pass(ctx, far, near) })
			ends.Go(func() { pipe(near, far) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		stop()
		ends.Wait()
	})
	return target.String()
}

// pass copies what a client sends, until it is the one to be silenced.
func (m *muzzle) pass(ctx context.Context, to, from net.Conn) {
	buf := make([]byte, 1<<20)
	for {
		n, err := from.Read(buf)
		if err != nil {
			_ = to.Close()
			return
		}
		if sign := m.waitFor.Load(); sign != nil && bytes.Contains(buf[:n], *sign) {
			m.waitFor.Store(nil)
			m.once.Do(func() { close(m.silent) })
			<-ctx.Done()
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func pipe(to, from net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil {
			_ = to.Close()
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (m *muzzle) silence(command string) {
	sign := []byte("\x02" + command + "\x00") // the command's name in BSON
	m.waitFor.Store(&sign)
}

// A firewall may forget one connection of many. What waits on it must not hold
// up everybody else.
func TestOneSilentConnectionDoesNotHoldUpTheOthers(t *testing.T) {
	for _, command := range []string{"delete", "find"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			m := &muzzle{silent: make(chan struct{})}
			j, rec := open(t, journal.Config{URI: m.before(t, embeddedtest.Start(t).MongoDB), SweepEvery: 100 * time.Millisecond, SweepAfter: time.Nanosecond})
			rec.fail(errors.New("nothing can be announced"))
			first := sample(t, 1)
			if err := j.Append(t.Context(), report.Entry{Report: &first}); err != nil {
				t.Fatal(err)
			}
			m.silence(command)
			rec.fail(nil) // the sweeper announces it, and removes its marker
			<-m.silent
			for n := 2; n < 6; n++ {
				ctx, cancel := context.WithTimeout(t.Context(), 2900*time.Millisecond)
				r := sample(t, n)
				if err := j.Append(ctx, report.Entry{Report: &r}); err != nil {
					t.Errorf("append %d: %v", n, err)
				}
				if _, err := j.Report(ctx, r.ID); err != nil {
					t.Errorf("read %d: %v", n, err)
				}
				cancel()
			}
			if err := j.Writable(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
