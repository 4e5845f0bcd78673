package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/report"
)

// event is one of the stream's.
type event struct {
	name string
	at   time.Time
	row  row
}

// listen opens the event stream and waits until it stands.
func (c *client) listen() <-chan event {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.url+"/api/v1/events", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := c.http.Do(r) //nolint:bodyclose // closed by the goroutine that reads it
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		c.t.Fatalf("events: %d", resp.StatusCode)
	}
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() { // ": connected"
		c.t.Fatal("the stream ended at once")
	}
	out := make(chan event, 1000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(out)
		defer func() { _ = resp.Body.Close() }()
		var e event
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				e = event{name: name, at: time.Now()}
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &e.row); err != nil {
					c.t.Error(err)
				}
				out <- e
			}
		}
	}()
	c.t.Cleanup(func() { <-done }) // the test's context has ended by then
	return out
}

// next returns the next event of a case.
func next(t *testing.T, events <-chan event, number string) event {
	t.Helper()
	for deadline := time.After(10 * time.Second); ; {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s came", number)
			}
			if e.row.CaseNumber == number {
				return e
			}
		case <-deadline:
			t.Fatalf("%s did not come", number)
		}
	}
}

func TestATransferTellsBothUnits(t *testing.T) {
	w := newWorld(t)
	from, to := w.login("lan", account.Officer, "883"), w.login("hoa", account.Officer, "884")
	left, arrived := from.listen(), to.listen()
	number := w.number(w.report("883"))
	if e := next(t, left, number); e.name != "case" || e.row.Unit != "883" {
		t.Errorf("%+v", e)
	}
	from.act(number, map[string]any{"type": "transfer", "expect": 1, "unit": "884", "text": "Thuộc địa bàn Châu Đốc."})
	if e := next(t, left, number); e.name != "gone" {
		t.Errorf("the unit that gave it away was told %+v", e)
	}
	if e := next(t, arrived, number); e.name != "case" || e.row.Unit != "884" || e.row.Transfers != 1 {
		t.Errorf("the unit that got it was told %+v", e)
	}
	if len(arrived) > 0 {
		t.Errorf("the other unit was told more: %+v", <-arrived)
	}
}

func TestTheStreamEndsWhenTheDeskStops(t *testing.T) {
	w := newWorld(t)
	events := w.login("lan", account.Officer, "883").listen()
	w.stop(w.desk)
	select {
	case _, open := <-events:
		if open {
			t.Error("an event out of nowhere")
		}
	case <-time.After(5 * time.Second):
		t.Error("still open")
	}
}

// What another process appends is on an officer's screen at once. The figure
// under load is measured by deploy/load; here it is printed, not judged.
func TestAnotherProcessesReportsArriveByThemselves(t *testing.T) {
	w := newWorld(t)
	events := w.login("lan", account.Officer, "883").listen()
	other, _ := w.connect()
	var took []time.Duration
	for i := range 50 {
		r := report.Report{
			ID: w.key.ID(w.key.Receipt(fmt.Sprintf("other-%d", i))), Digest: []byte{1}, Category: "theft", Narrative: "Mất một chiếc xe máy.",
			Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: report.Instant(time.Now()),
		}
		if err := other.Append(t.Context(), report.Entry{Report: &r}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		routed := report.Action{Report: r.ID, N: 1, Type: report.Routed, At: r.ReceivedAt, Actor: report.Actor{Kind: report.System}, Unit: "883"}
		if err := other.Append(t.Context(), report.Entry{Action: &routed}); err != nil {
			t.Fatal(err)
		}
		took = append(took, next(t, events, w.number(r)).at.Sub(begun))
	}
	slices.Sort(took)
	t.Logf("from append to event: p50 %v, p90 %v, max %v", took[25], took[45], took[49])
}
