package journal_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// Group commit must not answer before the entry can be read by somebody else,
// nor before its marker is there or its announcement is made.
func TestNoCallerIsAnsweredBeforeItsEntryIsDurable(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	rec := &recorder{seen: map[string]int{}}
	rec.fail(errors.New("nothing can be announced")) // so that markers stay
	j, err := journal.Open(journal.Config{URI: uri, Database: embeddedtest.Database, Announcer: rec, Log: embeddedtest.Log(t), SweepEvery: never})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close(context.Background()) }()
	db := database(t, uri) // another connection
	const writers, each = 32, 10
	var marked sync.Map
	var all sync.WaitGroup
	var next atomic.Int64
	for range writers {
		all.Go(func() {
			for range each {
				r := sample(t, int(next.Add(1)))
				if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
					t.Error(err)
					return
				}
				if err := db.Collection("reports").FindOne(t.Context(), bson.D{{Key: "_id", Value: string(r.ID)}}).Err(); err != nil {
					t.Errorf("%s was answered and is not there: %v", r.ID, err)
				}
				marked.Store(string(r.ID), true)
			}
		})
	}
	all.Wait()
	cursor, err := db.Client().Database(embeddedtest.Database+"_outbox").Collection("outbox").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var markers []struct{ Entries string }
	if err := cursor.All(t.Context(), &markers); err != nil {
		t.Fatal(err)
	}
	for _, m := range markers {
		for _, id := range strings.Fields(m.Entries) {
			marked.Delete(id)
		}
	}
	marked.Range(func(id, _ any) bool {
		t.Errorf("%s was answered and has no marker", id)
		return true
	})
	t.Logf("%d entries under %d markers", writers*each, len(markers))
}

func TestAStoredEntryWithoutAMarkerCanBeRemindedOf(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	r := sample(t, 1)
	first, _ := open(t, journal.Config{URI: uri, SweepEvery: never})
	if err := first.Append(t.Context(), report.Entry{Report: &r}); err != nil {
		t.Fatal(err)
	}
	j, rec := open(t, journal.Config{URI: uri, SweepEvery: never})
	if err := j.Remind(t.Context(), report.Entry{Report: &r}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return rec.count(string(r.ID)) == 1 && outboxSize(t, j) == 0 })
}

// Kill is what happens to a writer between its steps: whoever was answered
// finds the entry afterwards.
func TestAWriterKilledBetweenTwoStepsLosesNothingItAnswered(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "writer")
	if out, err := exec.Command("go", "build", "-tags", "failpoints", "-o", binary, "./journaltest/writer").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, place := range []string{"journal/gathered", "journal/marked", "journal/written", "journal/committed", "journal/answered"} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			uri := embeddedtest.Start(t).MongoDB
			cmd := exec.Command(binary, uri, embeddedtest.Database)
			cmd.Env = append(os.Environ(), "PHANANH_FAILPOINTS="+place+"=kill@4")
			out, err := cmd.Output()
			if err == nil {
				t.Fatal("the writer was not killed")
			}
			j, rec := open(t, journal.Config{URI: uri, SweepEvery: 50 * time.Millisecond, SweepAfter: time.Nanosecond, MarkerLife: time.Second})
			answered := strings.Fields(string(out))
			for _, id := range answered {
				if _, err := j.Report(t.Context(), report.ID(id)); err != nil {
					t.Errorf("%s was answered: %v", id, err)
				}
			}
			// Announced by the writer or, from its outbox, by somebody else.
			eventually(t, func() bool { return outboxSize(t, j) == 0 })
			t.Logf("%d answered before the kill, %d announced after it", len(answered), rec.total())
		})
	}
}

func TestAJournalThatCannotWriteSaysSo(t *testing.T) {
	dir := t.TempDir()
	engines, stop := embeddedtest.StartIn(t, dir)
	j, _ := open(t, journal.Config{URI: engines.MongoDB, WriteTimeout: 500 * time.Millisecond})
	if err := j.Writable(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	r := sample(t, 1)
	if err := j.Append(t.Context(), report.Entry{Report: &r}); !errors.Is(err, journal.ErrUnknown) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := j.Writable(ctx); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("with nothing there: %v", err)
	}
}
