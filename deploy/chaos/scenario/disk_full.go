package scenario

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/disk"
	"github.com/phananh/portal/deploy/chaos/history"
)

// diskFull: the disk on which both engines keep their data runs full under
// load, and is freed again.
func diskFull(ctx context.Context, s *Stage, name string) (_ *Trial, err error) {
	stores := filepath.Join(s.Dir, name, "disk")
	if err := os.MkdirAll(stores, 0o700); err != nil {
		return nil, err
	}
	d, err := disk.Mount(ctx, s.Host, stores, pick(s, 256, 128))
	if err != nil {
		return nil, err
	}
	t, err := s.Begin(ctx, name, Options{Stores: stores, Inside: d.Inside, Embedded: true})
	if err != nil {
		return nil, errors.Join(err, d.Unmount())
	}
	t.after = d.Unmount // when the fleet is down
	t.Staff(ctx, nil)
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var people sync.WaitGroup
	var sent error
	people.Go(func() {
		sent = t.Residents("all", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = 1<<20, pick(s, 20.0, 10.0), 128 }).Run(sending)
	})
	var harm error
	for range pick(s, 3, 1) {
		pause(ctx, 4*time.Second)
		if harm = t.fill(ctx, d); harm != nil {
			break
		}
	}
	pause(ctx, 2*time.Second)
	stop()
	people.Wait()
	if err := errors.Join(harm, sent); err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{}, 90*time.Second)
}

// fill keeps the disk full for a while and looks at what intake says.
func (t *Trial) fill(ctx context.Context, d *disk.Disk) error {
	var full window
	var said string
	err := t.During("disk", history.Fault{Kind: "fill", Slows: true}, func() error {
		if _, err := d.Fill(); err != nil {
			return err
		}
		full.from = t.Log.Now()
		said = t.keepFull(ctx, d, pick(t.Stage, 15*time.Second, 8*time.Second))
		full.to = t.Log.Now()
		return d.Free()
	})
	if err != nil {
		return err
	}
	freed := t.Log.Now()
	first, again := t.served(ctx, full.to, 30*time.Second)
	if !again {
		t.Find("nothing was accepted within 30 s after the disk had space again")
	}
	t.Measure("while it was full", "%v; readiness said %s", answers(full.submitted(t.Log.History())), said)
	t.Measure("first 201 after it was freed", "%s", short(max(0, first-freed)))
	if said == "" {
		t.Find("intake never said that it was not ready while the disk was full")
	}
	return nil
}

// keepFull fills what becomes free, for a while, and returns what an intake
// that was not ready said of it.
func (t *Trial) keepFull(ctx context.Context, d *disk.Disk, while time.Duration) (said string) {
	for until := time.Now().Add(while); time.Now().Before(until) && pause(ctx, 500*time.Millisecond); {
		if _, err := d.Fill(); err != nil {
			t.Find("the disk could not be kept full: %v", err)
			return said
		}
		for _, url := range t.Fleet.URLs(t.Fleet.Intakes) {
			if reason := unready(ctx, url); reason != "" {
				said = reason
			}
		}
	}
	return said
}

// unready returns what a service answers to the question whether it is ready,
// empty if it is or does not answer.
func unready(ctx context.Context, url string) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil || resp.StatusCode != http.StatusServiceUnavailable {
		return ""
	}
	return strings.TrimSpace(string(body))
}
