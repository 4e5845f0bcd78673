package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/phananh/portal/deploy/load/accept"
	"github.com/phananh/portal/deploy/load/demo"
	"github.com/phananh/portal/deploy/load/latency"
	"github.com/phananh/portal/deploy/load/soak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// load runs the program and returns what it printed.
func load(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr strings.Builder
	err := run(t.Context(), args, &stdout, &stderr)
	return stdout.String(), err
}

func loadJSON(t *testing.T, into any, args ...string) error {
	t.Helper()
	out, err := load(t, append(args, "--json")...)
	if jsonErr := json.Unmarshal([]byte(out), into); jsonErr != nil {
		t.Fatalf("%v: %v in %q", err, jsonErr, out)
	}
	return err
}

func TestDemoShowsWhereEachReportWent(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	out, err := load(t, "demo", "--public", f.URL, "--seed", "1")
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{"sent 200 of 200", "routed 200 of 200", "Công an huyện 893", "Trực ban", "Loại theft", "p50 12.0 ms"} {
		if !strings.Contains(out, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if len(f.reports) != 200 {
		t.Errorf("%d reports arrived", len(f.reports))
	}
}

func TestDemoCountsAddUp(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{busy: 3})
	var r demo.Result
	if err := loadJSON(t, &r, "demo", "--public", f.URL, "--count", "60"); err != nil {
		t.Fatal(err)
	}
	units, categories := 0, 0
	for _, u := range r.Units {
		units += u.Count
		if u.Count == 0 {
			t.Errorf("nothing went to %s", u.Name)
		}
	}
	for _, c := range r.Categories {
		categories += c.Count
	}
	if r.Sent != 60 || r.Accepted != 60 || r.Routed != 60 || units != 60 || categories != 60 || len(r.Units) != 12 || r.DutyDesk < 9 {
		t.Errorf("%+v", r)
	}
	if len(f.reports) != 60 {
		t.Errorf("%d reports arrived: repeats are not one report", len(f.reports))
	}
}

func TestDemoFailsOnWhatIsRefused(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{refuse: true})
	_, err := load(t, "demo", "--public", f.URL)
	if err == nil || !strings.Contains(err.Error(), "narrative: too short") {
		t.Fatalf("got %v", err)
	}
}

func TestDemoFailsOnWhatIsNotRouted(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{stuck: true})
	var r demo.Result
	err := loadJSON(t, &r, "demo", "--public", f.URL, "--count", "12", "--deadline", "100ms")
	if err == nil || !strings.Contains(err.Error(), "12 accepted ones are not routed") || len(r.Failures) != 12 {
		t.Fatalf("%v: %+v", err, r)
	}
}

func TestAcceptCountsWhatIsAccepted(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{busy: 5})
	var r accept.Result
	err := loadJSON(t, &r, "accept", "--public", f.URL, "--connections", "4", "--duration", "300ms", "--warmup", "0s")
	if err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	late := len(f.reports) - r.Accepted // answered after the end
	if r.Accepted == 0 || late < 0 || late > 4 || r.Errors["503"] != 5 || r.Latency.P50 > r.Latency.Max || r.PerSecond < 1 {
		t.Errorf("%d arrived: %+v", len(f.reports), r)
	}
}

func TestAcceptDoesNotCountTheWarmUp(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	var r accept.Result
	if err := loadJSON(t, &r, "accept", "--public", f.URL, "--connections", "2", "--duration", "100ms", "--warmup", "300ms"); err != nil {
		t.Fatal(err)
	}
	if r.Accepted >= len(f.reports)*3/4 || r.Seconds != 0.1 {
		t.Errorf("%d arrived: %+v", len(f.reports), r)
	}
}

func TestAcceptFailsWhenNothingIsAccepted(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{refuse: true})
	var r accept.Result
	err := loadJSON(t, &r, "accept", "--public", f.URL, "--connections", "2", "--duration", "100ms", "--warmup", "0s")
	if err == nil || r.Errors["422"] == 0 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestSoakWatchesTheProcessWhileReportsAreAccepted(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	var r soak.Result
	_ = loadJSON(t, &r, "soak", "--public", f.URL, "--pid", strconv.Itoa(os.Getpid()), "--trace", os.DevNull, "--connections", "4", "--duration", "300ms", "--every", "50ms")
	last := r.Samples[len(r.Samples)-1]
	if len(r.Samples) < 4 || last.Resident == 0 || r.Load.Accepted == 0 || last.Accepted != int64(len(f.reports)) {
		t.Errorf("%d arrived: %+v", len(f.reports), r)
	}
	if _, err := load(t, "soak", "--public", f.URL, "--pid", "1073741824", "--trace", os.DevNull, "--duration", "300ms"); err == nil {
		t.Error("a process that is not there was watched")
	}
}

func latencyArgs(f *fake, more ...string) []string {
	return append([]string{
		"latency", "--public", f.URL, "--desk", f.URL, "--username", "longxuyen", "--password", "correct",
		"--rate", "100", "--duration", "300ms",
	}, more...)
}

func TestLatencySeesEveryReportAtTheDesk(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	var r latency.Result
	if err := loadJSON(t, &r, latencyArgs(f)...); err != nil {
		t.Fatal(err)
	}
	if r.Sent != 30 || r.Accepted != 30 || r.Elsewhere == 0 || r.Event.N != 30-r.Elsewhere || r.Queue.N == 0 || r.Queue.N > 6 || r.Unseen != 0 || f.logouts != 1 {
		t.Errorf("%+v, %d logouts", r, f.logouts)
	}
	out, err := load(t, latencyArgs(f)...)
	if err != nil || !strings.Contains(out, "the desk's event") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestLatencyFailsOnWhatNeverAppears(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{silent: true})
	var r latency.Result
	if err := loadJSON(t, &r, latencyArgs(f, "--patience", "100ms")...); err == nil || r.Unseen+r.Elsewhere != 30 || r.Queue.N == 0 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestLatencyNeedsToLogIn(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	if _, err := load(t, latencyArgs(f, "--password", "wrong")...); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("got %v", err)
	}
}

func TestBoundsAreKept(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"accept --public http://192.0.2.1:8080",
		"latency --username u --password p --desk http://192.0.2.1",
		"demo --public http://192.0.2.1:8080",
		"accept --duration 6m",
		"accept --duration 0s",
		"accept --connections 0",
		"latency --username u --password p --rate 0",
		"latency --username u --password p --rate NaN",
		"latency --username u --password p --duration 301s",
		"soak --trace x --pid 1 --public http://192.0.2.1",
		"soak --trace x --pid 1 --every 0s",
		"soak --trace x --pid 1 --duration 6m",
		"demo --count 0",
		"demo --count 1000000",
		"nothing",
	} {
		if _, err := load(t, strings.Fields(args)...); err == nil || strings.Contains(err.Error(), "refused") {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestHelpIsPrinted(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"latency", "--help"}} {
		out, err := load(t, args...)
		if err != nil || strings.Count(out, "Usage: load") != 1 {
			t.Errorf("%s: %v: %s", args, err, out)
		}
	}
}
