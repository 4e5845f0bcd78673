package app_test

import (
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/report"
)

// numbers lists the cases of a queue.
func numbers(p pageOf) []string {
	var out []string
	for _, c := range p.Cases {
		out = append(out, c.CaseNumber)
	}
	slices.Sort(out)
	return out
}

// restart stops the desk, does something, and starts it again.
func (w *world) restart(meanwhile func()) {
	w.t.Helper()
	w.stop(w.desk)
	meanwhile()
	w.start()
}

func TestACheckpointAndTheTailAreARebuild(t *testing.T) {
	w := newWorld(t)
	w.login("lan", account.Officer, "883").sees("", 0)
	for range 30 {
		w.report("883")
	}
	w.loginAs("lan").sees("", 30)
	w.restart(func() {
		if _, err := board.ReadCheckpoint(w.checkpoint); err != nil {
			t.Fatal("no checkpoint was saved:", err)
		}
		for range 20 {
			w.report("883")
		}
	})
	fromTail := numbers(w.loginAs("lan").sees("", 50))
	w.restart(func() {
		if err := os.Remove(w.checkpoint); err != nil {
			t.Fatal(err)
		}
	})
	if rebuilt := numbers(w.loginAs("lan").sees("", 50)); !slices.Equal(rebuilt, fromTail) {
		t.Errorf("a rebuild shows %v, checkpoint and tail %v", rebuilt, fromTail)
	}
}

func TestADamagedCheckpointIsRebuilt(t *testing.T) {
	w := newWorld(t)
	w.account("lan", account.Officer, "883")
	for range 10 {
		w.report("883")
	}
	w.loginAs("lan").sees("", 10)
	w.restart(func() {
		b, err := os.ReadFile(w.checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(w.checkpoint, b, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	w.loginAs("lan").sees("", 10)
}

func TestADeskCatchesUpAfterTheStreamIsDeleted(t *testing.T) {
	w := newWorld(t)
	c := w.login("lan", account.Officer, "883")
	w.report("883")
	c.sees("", 1)
	w.engines.DeleteStreams(t)
	for range 5 {
		w.report("883")
	}
	c.sees("", 6)
}

// A report whose announcement was lost altogether is announced again until
// somebody routes it.
func TestAReportThatNobodyRoutesIsAnnouncedAgain(t *testing.T) {
	w := newWorld(t)
	before, err := w.bus.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.report("", func(r *report.Report) { r.ReceivedAt = report.Instant(time.Now().Add(-time.Minute)) })
	eventually(t, "a second announcement", func() bool {
		now, err := w.bus.Position(t.Context())
		return err == nil && now.Last >= before.Last+2
	})
}

// The figures are computed here once more from the journal alone, by sorting.
func TestFiguresAreThoseOfTheJournal(t *testing.T) {
	w := newWorld(t)
	boss := w.login("dung", account.Supervisor, "89")
	officers := map[string]*client{"883": w.login("lan", account.Officer, "883"), "884": w.login("hoa", account.Officer, "884")}
	for i := range 24 {
		unit := []string{"883", "884"}[i%2]
		number := w.number(w.report(unit, func(r *report.Report) {
			r.ReceivedAt = report.Instant(time.Now().Add(-time.Duration(i) * time.Hour))
		}))
		for n, action := range []map[string]any{
			{"type": "claim"}, {"type": "reply", "text": "Chúng tôi đã nhận."}, {"type": "resolve", "text": "Đã xử lý.", "outcome": "handled"},
		}[:i%4] {
			action["expect"] = n + 1
			read[caseOf](t, officers[unit].act(number, action), http.StatusCreated)
		}
	}
	type clock struct {
		N, Running, Late int
		P50, P90         *float64
	}
	type line struct {
		Unit           string
		Received, Open int
		Clocks         map[string]clock
	}
	var figures struct {
		All    line
		ByUnit []line `json:"by_unit"`
	}
	eventually(t, "24 cases in the figures", func() bool {
		figures = read[struct {
			All    line
			ByUnit []line `json:"by_unit"`
		}](t, boss.get("/api/v1/figures?days=7"), http.StatusOK)
		return figures.All.Received == 24
	})
	stopped := map[string]map[report.Clock][]float64{"883": {}, "884": {}}
	reports := map[report.ID]report.Report{}
	actions := map[report.ID][]report.Action{}
	if _, err := w.journal.Scan(t.Context(), func(e report.Entry) error {
		if e.Report != nil {
			reports[e.Report.ID] = *e.Report
		} else {
			actions[e.Action.Report] = append(actions[e.Action.Report], *e.Action)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for id, r := range reports {
		slices.SortFunc(actions[id], func(x, y report.Action) int { return x.N - y.N })
		c, err := report.Fold(r, actions[id])
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range board.Clocks {
			if d, done := c.Elapsed(k, r.ReceivedAt, time.Now()); done {
				stopped[c.Unit][k] = append(stopped[c.Unit][k], d.Seconds())
			}
		}
	}
	for _, l := range figures.ByUnit {
		for _, k := range board.Clocks {
			got, want := l.Clocks[string(k)], stopped[l.Unit][k]
			slices.Sort(want)
			n := len(want)
			if got.N != n || got.N+got.Running != l.Received {
				t.Errorf("%s %s: %+v, journal has %d", l.Unit, k, got, n)
			}
			if n > 0 && (*got.P50 != want[(n+1)/2-1] || *got.P90 != want[(9*n+9)/10-1]) {
				t.Errorf("%s %s: p50 %v, p90 %v; journal says %v", l.Unit, k, *got.P50, *got.P90, want)
			}
		}
	}
}
