package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
)

// wipe: what JetStream stores is lost in the middle of a run, twice: the files
// while the server is dead, and the stream while it serves.
func wipe(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	reports, rate := pick(s, 2000, 240), pick(s, 30.0, 15.0)
	whole := time.Duration(float64(reports) / rate * float64(time.Second))
	var sending sync.WaitGroup
	var sent error
	sending.Go(func() {
		sent = t.Residents("all", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = reports, rate, 32 }).Run(ctx)
	})
	var harm error
	for i, do := range []func(context.Context) error{t.loseStore, t.deleteStream} {
		if !pause(ctx, whole/3) {
			break
		}
		if harm = do(ctx); harm != nil {
			harm = fmt.Errorf("wipe %d: %w", i+1, harm)
			break
		}
	}
	sending.Wait()
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{Route: 90 * time.Second}, 95*time.Second)
}

// loseStore kills the NATS server and deletes its files before it is back.
func (t *Trial) loseStore(ctx context.Context) error {
	server := t.Fleet.NATS[0]
	return t.During(server.Name, history.Fault{Kind: "wipe", Note: "files"}, func() error {
		if err := server.Down(ctx, syscall.SIGKILL); err != nil {
			return err
		}
		if err := os.RemoveAll(t.Fleet.NATSStore(0)); err != nil {
			return err
		}
		if err := server.Up(); err != nil {
			return err
		}
		return server.WaitUp(ctx)
	})
}

// deleteStream deletes the stream while everything runs.
func (t *Trial) deleteStream(ctx context.Context) error {
	return t.During("nats", history.Fault{Kind: "wipe", Note: "stream"}, func() error {
		stream, err := t.openStream()
		if err != nil {
			return err
		}
		defer stream.close()
		return stream.delete(ctx)
	})
}

// pause waits, and says whether ctx has not ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
