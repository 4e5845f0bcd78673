package soak

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// portal plays five minutes of memory: 1,000 reports a second, each of which
// keeps so many bytes, and so many bytes a minute that nobody asked for, in the
// heap and outside.
func portal(perReport, heap, outside float64) []Sample {
	var samples []Sample
	for at := time.Duration(0); at <= 5*time.Minute; at += 5 * time.Second {
		accepted := at.Seconds() * 1000
		live := 20<<20 + perReport*accepted + heap*at.Minutes()
		samples = append(samples, Sample{at, int64(accepted), Memory{
			Resident: int64(60<<20 + collector*live + outside*at.Minutes()), Live: int64(live),
		}})
	}
	return samples
}

func TestWhatTheBoardNeedsIsNoLeak(t *testing.T) {
	j := judge(portal(keptBytes, 0, 0))
	if !j.Flat || j.PerReport < 2*keptBytes-1 || j.PerReport > 2*keptBytes+1 || j.BesideKept > 1 || j.BesideHeap > 1 || j.Live < 31<<20 {
		t.Errorf("%+v", j)
	}
}

func TestALeakIsSeenWhereverItIs(t *testing.T) {
	for name, samples := range map[string][]Sample{
		"in the heap":    portal(keptBytes, 10<<20, 0),
		"outside":        portal(keptBytes, 0, 10<<20),
		"in each report": portal(keptBytes+200, 0, 0),
	} {
		if j := judge(samples); j.Flat {
			t.Errorf("%s: %+v", name, j)
		}
	}
}

func TestTheBeginningIsNotJudged(t *testing.T) {
	samples := portal(keptBytes, 0, 0)
	for i := range samples {
		if samples[i].At >= 2*time.Minute {
			samples[i].Resident += 500 << 20
		}
	}
	if j := judge(samples); !j.Flat {
		t.Errorf("%+v", j)
	}
}

func TestTheTableHasARowEveryHalfMinute(t *testing.T) {
	samples := portal(keptBytes, 20<<20, 0)
	r := Result{Samples: samples, judgement: judge(samples)}
	r.Load.Accepted = 1
	var out strings.Builder
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{" 0s ", " 30s ", " 4m30s ", " 5m0s ", "NOT FLAT"} {
		if strings.Count(out.String(), want) != 1 && want != "NOT FLAT" {
			t.Errorf("no row %q in\n%s", want, out.String())
		}
	}
	if err := r.Complete(); !errors.Is(err, ErrGrowing) {
		t.Errorf("got %v", err)
	}
}

func TestMemoryIsReadFromTheSystemAndTheLatestCollection(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	text := "level=INFO msg=started\n" + strings.Repeat("x\n", 5000) +
		"gc 1 @0.1s 1%: 0.1+1+0.1 ms clock, 0.1+0.1/1/0.1+0.1 ms cpu, 4->4->2 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P\n" +
		"gc 2 @0.2s 1%: 0.1+1+0.1 ms clock, 0.1+0.1/1/0.1+0.1 ms cpu, 41->43->37 MB, 42 MB goal, 0 MB stacks, 0 MB globals, 2 P\nlevel=WARN\n"
	if err := os.WriteFile(trace, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := Process(os.Getpid(), trace)
	if err != nil || m.Live != 37<<20 || m.Resident < 1<<20 || m.Resident > 10<<30 {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := Process(1<<30, trace); err == nil {
		t.Error("a process that is not there has memory")
	}
	if _, err := Process(os.Getpid(), trace+"2"); err == nil {
		t.Error("a trace that is not there was read")
	}
}
