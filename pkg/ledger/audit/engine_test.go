package audit_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/ledger/audit"
	"github.com/phananh/portal/pkg/report"
)

// wire carries announcements to a recorder, as the stream does, until it is cut.
type wire struct {
	mu sync.Mutex
	to *ledger.Recorder
}

func (w *wire) Announce(_ context.Context, entries []report.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range entries {
		e.Announced = e.Hash()
		w.to.Note(e)
	}
	return nil
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to = nil
}

// archive is a real journal of cases, on the embedded engine, and its ledger.
type archive struct {
	engines embeddedtest.Engines
	journal *journal.Journal
	ledger  string
	entries shelf
}

func openArchive(t testing.TB, cases int) *archive {
	t.Helper()
	a := &archive{engines: embeddedtest.Start(t), ledger: filepath.Join(t.TempDir(), "ledger"), entries: write(cases)}
	var w wire
	var err error
	a.journal, err = journal.Open(journal.Config{URI: a.engines.MongoDB, Database: embeddedtest.Database, Announcer: &w, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.journal.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	last := a.entries[len(a.entries)-1].Action.At
	w.to, err = ledger.Start(ledger.Config{
		Dir: a.ledger, Journal: a.journal, Log: embeddedtest.Log(t), Every: 50 * time.Millisecond,
		Now: func() time.Time { return last.Add(time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	recorder := w.to
	a.store(t, a.entries)
	comparison := recorder.Compare() // and so do the boards, hourly
	if _, err := a.journal.Scan(t.Context(), func(e report.Entry) error {
		comparison.Take(e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n := comparison.End(); n != 0 {
		t.Fatalf("%d findings", n)
	}
	w.cut()
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	return a
}

// store appends entries, many at once.
func (a *archive) store(t testing.TB, entries shelf) {
	t.Helper()
	var wg sync.WaitGroup
	slots := make(chan struct{}, 256)
	for _, e := range entries {
		slots <- struct{}{}
		wg.Go(func() {
			if err := a.journal.Append(t.Context(), e); err != nil {
				t.Error(err)
			}
			<-slots
		})
	}
	wg.Wait()
}

func (a *archive) load(t testing.TB) *ledger.Contents {
	t.Helper()
	public, err := ledger.ReadPublicKey(ledger.PublicKeyFile(a.ledger))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ledger.Load(a.ledger, public, true)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (a *archive) audit(t testing.TB) audit.Result {
	t.Helper()
	r, err := audit.Run(t.Context(), a.journal, a.load(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// remove takes entries out and returns how to put them back.
func (a *archive) remove(t *testing.T, ids ...string) (mend func()) {
	t.Helper()
	var was shelf
	for _, id := range ids {
		collection := "reports"
		if strings.Contains(id, "/") {
			collection = "actions"
		}
		a.engines.Remove(t, collection, id)
		was = append(was, a.entries[a.entries.at(id)])
	}
	return func() { a.store(t, was) }
}

func TestDamageInARealJournalIsNamed(t *testing.T) {
	a := openArchive(t, 200)
	if r := a.audit(t); len(r.Findings) != 0 || r.Reports != 200 || r.Reports+r.Actions != len(a.entries) || r.Recorded != len(a.entries) || r.Unrecorded != 0 || r.Unchained != 0 {
		t.Fatalf("the sound journal: %+v", r)
	}
	last := a.entries[a.entries.at("000000000008/1")].Action
	both := []string{"000000000007/3", "000000000007/4"}
	for name, c := range map[string]struct {
		damage func(t *testing.T) (mend func())
		want   []string
	}{
		"a narrative edited": {
			func(t *testing.T) func() {
				return a.engines.Change(t, "reports", "000000000007", map[string]any{"narrative": "Không có gì xảy ra cả, tôi nhầm."})
			},
			[]string{"edited 000000000007"},
		},
		"an action's text edited": {
			func(t *testing.T) func() {
				return a.engines.Change(t, "actions", "000000000007/3", map[string]any{"text": "Không gọi được."})
			},
			[]string{"edited 000000000007/3"},
		},
		"an action's time edited": {
			func(t *testing.T) func() {
				return a.engines.Change(t, "actions", "000000000007/2", map[string]any{"at": began})
			},
			[]string{"edited 000000000007/2"},
		},
		"two actions swapped": {
			func(t *testing.T) func() {
				mend := a.remove(t, both...)
				x, y := *a.entries[a.entries.at(both[0])].Action, *a.entries[a.entries.at(both[1])].Action
				x.N, y.N = y.N, x.N
				a.store(t, shelf{{Action: &x}, {Action: &y}})
				return func() {
					a.engines.Remove(t, "actions", both...)
					mend()
				}
			},
			[]string{"edited 000000000007/3", "edited 000000000007/4"},
		},
		"an action in the middle removed": {
			func(t *testing.T) func() { return a.remove(t, "000000000007/4") },
			[]string{"removed 000000000007/4"},
		},
		"the last action removed": {
			func(t *testing.T) func() { return a.remove(t, "000000000007/8") },
			[]string{"removed 000000000007/8"},
		},
		"a report removed with its actions": {
			func(t *testing.T) func() { return a.remove(t, "000000000008", "000000000008/1") },
			[]string{"removed 000000000008", "removed 000000000008/1"},
		},
		"an action forged at the end, with the right hash before it": {
			func(t *testing.T) func() {
				a.store(t, shelf{{Action: &report.Action{
					Report: last.Report, N: 2, Type: report.Claimed, At: last.At.Add(time.Minute), Actor: lan, Prev: last.Hash(),
				}}})
				return func() { a.engines.Remove(t, "actions", "000000000008/2") }
			},
			[]string{"inserted 000000000008/2"},
		},
		"a hash before it cut short": {
			func(t *testing.T) func() {
				return a.engines.Change(t, "actions", "000000000007/5", map[string]any{"prev": []byte{1, 2, 3}})
			},
			[]string{"unreadable 000000000007/5"},
		},
		"an action of another schema": {
			func(t *testing.T) func() {
				return a.engines.Change(t, "actions", "000000000007/5", map[string]any{"schema": int32(9)})
			},
			[]string{"unreadable 000000000007/5"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			mend := c.damage(t)
			if got := names(a.audit(t)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			mend()
			if got := names(a.audit(t)); len(got) != 0 {
				t.Errorf("after mending: %v", got)
			}
		})
	}
}
