package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/report"
)

func TestAnAnnouncementThatEndsIsCountedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	url := start(t)
	log := &lines{}
	first, second := connectLogged(t, url, log), connectLogged(t, url, log)
	poison := accepted(7).ReportID()
	handle := func(_ context.Context, id report.ID, _ int) error {
		if id == poison {
			return fmt.Errorf("%w: Nguyễn Văn A lives here", bus.ErrPoison)
		}
		return nil
	}
	background(t, first, job(2, handle))
	background(t, second, job(2, handle))
	announce(t, first, 0, 20)
	if _, err := operator(t, url).Publish(t.Context(), "phananh.v1.report", []byte("\x00garbage")); err != nil {
		t.Fatal(err)
	}
	terminated := func() uint64 { return first.Counts().Terminated + second.Counts().Terminated }
	eventually(t, func() bool { return terminated() == 2 })
	time.Sleep(200 * time.Millisecond) // for what must not come
	if n := terminated(); n != 2 {
		t.Errorf("%d were counted", n)
	}
	if n := log.count("announcement terminated"); n != 2 {
		t.Errorf("%d were logged: %v", n, log.all())
	}
	if log.count("announcement terminated", "report="+string(poison), "given up") != 1 {
		t.Errorf("the log does not name the report: %v", log.all())
	}
	for _, line := range log.all() { // the server and other clients must not learn what an error says
		if strings.Contains(line, "terminated") && strings.Contains(line, "Nguyễn") {
			t.Errorf("the server was told: %s", line)
		}
	}
}

func TestAReportHandedOutTooOftenIsDealtWithOnce(t *testing.T) {
	t.Parallel()
	url := start(t)
	first, second := connect(t, url), connect(t, url)
	var seen tally
	var asked, dealtWith atomic.Int32
	j := job(2, func(_ context.Context, id report.ID, attempt int) error {
		seen.note(id, attempt)
		return errors.New("not now")
	})
	j.MaxDeliver = 3
	j.Exhausted = func(_ context.Context, id report.ID) error {
		if id != accepted(1).ReportID() {
			t.Errorf("asked about %s", id)
		}
		if asked.Add(1) == 1 {
			return errors.New("not at once either")
		}
		dealtWith.Add(1)
		return nil
	}
	background(t, first, j)
	background(t, second, j)
	announce(t, first, 1, 2)
	eventually(t, func() bool { return dealtWith.Load() == 1 })
	time.Sleep(time.Second) // for what must not come
	if got := seen.of(accepted(1).ReportID()); len(got) != 3 {
		t.Errorf("handed out %v", got)
	}
	if n := first.Counts().MaxDeliveries + second.Counts().MaxDeliveries; n != 1 || asked.Load() != 2 || dealtWith.Load() != 1 {
		t.Errorf("counted %d, asked %d times, dealt with %d times", n, asked.Load(), dealtWith.Load())
	}
}
