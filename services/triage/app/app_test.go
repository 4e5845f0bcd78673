package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/triage/app"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

// world is triage processes on engines of their own, and intake's journal.
type world struct {
	engines embeddedtest.Engines
	bus     *bus.Bus
	journal *journal.Journal
	triage  []*app.App
}

func newWorld(t *testing.T, processes int) *world {
	t.Helper()
	w := &world{engines: embeddedtest.Start(t)}
	w.bus, w.journal = w.connect(t)
	territory, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	for range processes {
		b, j := w.connect(t)
		a, err := app.Start(app.Config{
			Addr: "127.0.0.1:0", Journal: j, Bus: b, Jurisdiction: territory, Log: embeddedtest.Log(t), Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 9*time.Second)
			defer cancel()
			if err := a.Close(ctx); err != nil {
				t.Error(err)
			}
		})
		w.triage = append(w.triage, a)
	}
	return w
}

func (w *world) connect(t *testing.T) (*bus.Bus, *journal.Journal) {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: w.engines.NATS, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	j, err := journal.Open(journal.Config{
		URI: w.engines.MongoDB, Database: embeddedtest.Database, Announcer: b, Log: embeddedtest.Log(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close(context.Background()) })
	return b, j
}

func (w *world) accept(t *testing.T, from, to int) (entries []report.Entry) {
	t.Helper()
	outcomes := make(chan error, to-from)
	for n := from; n < to; n++ {
		r := report.Report{
			ID: report.ID(fmt.Sprintf("%012d", n)), Category: "theft", Narrative: "Mất xe máy trước chợ.",
			Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: report.Instant(time.Now()),
		}
		entries = append(entries, report.Entry{Report: &r})
		go func() { outcomes <- w.journal.Append(context.Background(), report.Entry{Report: &r}) }()
	}
	for range cap(outcomes) {
		if err := <-outcomes; err != nil {
			t.Fatal(err)
		}
	}
	return entries
}

// unrouted is those of the reports that no unit has yet.
func (w *world) unrouted(t *testing.T, entries []report.Entry) (out []report.Entry) {
	t.Helper()
	for _, e := range entries {
		if _, err := w.journal.Action(t.Context(), e.ReportID(), 1); err != nil {
			out = append(out, e)
		}
	}
	return out
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func eventually(t *testing.T, within time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("did not happen in time")
}

func TestFiguresOfDeliveryAreServed(t *testing.T) {
	w := newWorld(t, 1)
	entries := w.accept(t, 0, 3)
	eventually(t, 15*time.Second, func() bool { return len(w.unrouted(t, entries)) == 0 })
	w.engines.Publish(t, "phananh.v1.report", []byte("garbage"))
	eventually(t, 15*time.Second, func() bool {
		_, body := get(t, w.triage[0].URL()+"/metrics")
		return strings.Contains(body, "\nphananh_triage_delivered_total 4\n") &&
			strings.Contains(body, "\nphananh_triage_redelivered_total 0\n") &&
			strings.Contains(body, "\nphananh_triage_terminated_total 1\n") &&
			strings.Contains(body, "\nphananh_triage_max_deliveries_total 0\n")
	})
	if status, body := get(t, w.triage[0].URL()+"/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d %s", status, body)
	}
}

// The stream is deleted twice while two processes are at work. What was in it
// is announced again, as the boards do, and every report has one unit.
func TestEveryReportIsRoutedAlthoughTheStreamIsLost(t *testing.T) {
	w := newWorld(t, 2)
	var entries []report.Entry
	for round := range 3 {
		entries = append(entries, w.accept(t, round*200, (round+1)*200)...)
		if round < 2 {
			w.engines.DeleteStreams(t)
		}
	}
	attempt := 0
	eventually(t, time.Minute, func() bool {
		waiting := w.unrouted(t, entries)
		if len(waiting) > 0 {
			attempt++
			if err := w.bus.AnnounceAgain(t.Context(), fmt.Sprint(attempt), waiting...); err != nil {
				t.Log(err)
			}
			time.Sleep(time.Second)
		}
		return len(waiting) == 0
	})
	found, err := w.journal.Scan(t.Context(), func(report.Entry) error { return nil })
	if err != nil || found.Reports != 600 || found.Actions != 600 {
		t.Errorf("found %+v, %v", found, err)
	}
}
