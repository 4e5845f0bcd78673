package journal_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// never keeps the background sweeper out of a test that sweeps by itself.
const never = 24 * time.Hour

// database reaches behind the journal, to plant what a crash leaves behind.
func database(t *testing.T, uri string) *mongo.Database {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(embeddedtest.Database)
}

func plantMarker(t *testing.T, db *mongo.Database, at time.Time, entries ...string) {
	t.Helper()
	_, err := db.Client().Database(embeddedtest.Database+"_outbox").Collection("outbox").InsertOne(t.Context(), bson.D{
		{Key: "_id", Value: bson.NewObjectID()}, {Key: "at", Value: at}, {Key: "entries", Value: strings.Join(entries, " ")},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func outboxSize(t *testing.T, j *journal.Journal) int64 {
	t.Helper()
	n, err := j.OutboxSize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMarkerIsLeftAloneWhileItsWriterMayBeAtWork(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, rec := open(t, journal.Config{URI: uri, SweepEvery: never})
	r := sample(t, 1)
	now := time.Now()
	plantMarker(t, database(t, uri), now.Add(-time.Hour), string(r.ID)) // its writer's clock is behind
	for _, later := range []time.Duration{0, time.Second} {
		if err := j.Sweep(t.Context(), now.Add(later)); err != nil {
			t.Fatal(err)
		}
	}
	if outboxSize(t, j) != 1 || rec.count(string(r.ID)) != 0 {
		t.Error("a young marker was swept")
	}
}

func TestAMarkerWaitsForItsEntryAndIsThenDropped(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, rec := open(t, journal.Config{URI: uri, SweepEvery: never})
	there, missing := sample(t, 1), sample(t, 2)
	if err := j.Append(t.Context(), report.Entry{Report: &there}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return outboxSize(t, j) == 0 })
	now := time.Now()
	plantMarker(t, database(t, uri), now, string(there.ID), string(missing.ID))

	for _, later := range []time.Duration{0, 10 * time.Second} {
		if err := j.Sweep(t.Context(), now.Add(later)); err != nil {
			t.Fatal(err)
		}
	}
	if outboxSize(t, j) != 1 || rec.count(string(there.ID)) != 2 {
		t.Errorf("what is there must be announced, and the marker kept for what is not: %d, %d", outboxSize(t, j), rec.count(string(there.ID)))
	}
	if err := j.Sweep(t.Context(), now.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if outboxSize(t, j) != 0 || rec.count(string(missing.ID)) != 0 {
		t.Error("an entry that never came must be dropped, not announced")
	}
}

func TestAnEntryWrittenAfterACrashedAnnouncementIsAnnouncedAtTheNextStart(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	first, rec := open(t, journal.Config{URI: uri, SweepEvery: never})
	rec.fail(errors.New("the process dies before it announces"))
	r := sample(t, 1)
	if err := first.Append(t.Context(), report.Entry{Report: &r}); err != nil {
		t.Fatal(err)
	}
	second, rec := open(t, journal.Config{URI: uri, SweepEvery: 50 * time.Millisecond, SweepAfter: time.Millisecond})
	eventually(t, func() bool { return rec.count(string(r.ID)) > 0 && outboxSize(t, second) == 0 })
}

func TestADamagedEntryIsNamedAndTheOthersAreRead(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, _ := open(t, journal.Config{URI: uri})
	good := sample(t, 1)
	if err := j.Append(t.Context(), report.Entry{Report: &good}); err != nil {
		t.Fatal(err)
	}
	damages := []bson.D{
		{{Key: "schema", Value: 99}},
		{{Key: "schema", Value: 1}, {Key: "narrative", Value: 5}},
		{{Key: "schema", Value: 1}, {Key: "narrative", Value: "Mọi thứ khác đã mất."}},
	}
	for i, doc := range damages {
		id := sample(t, 2+i).ID
		doc = append(bson.D{{Key: "_id", Value: string(id)}}, doc...)
		if _, err := database(t, uri).Collection("reports").InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Report(t.Context(), id); !errors.Is(err, journal.ErrDamaged) {
			t.Errorf("read %v: %v", doc, err)
		}
	}
	s, err := j.Scan(t.Context(), func(report.Entry) error { return nil })
	if err != nil || s.Reports != 1 || len(s.Damaged) != len(damages) {
		t.Errorf("scan: %+v, %v", s, err)
	}
}

func TestAppendNeverAnswersBeforeTheEntryCanBeRead(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	writer, _ := open(t, journal.Config{URI: uri})
	reader, _ := open(t, journal.Config{URI: uri})
	done := make(chan error, 32)
	for w := range cap(done) {
		go func() {
			for i := range 20 {
				r := sample(t, w*1000+i)
				if err := writer.Append(t.Context(), report.Entry{Report: &r}); err != nil {
					done <- err
					return
				}
				if _, err := reader.Report(t.Context(), r.ID); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestClosingWritesWhatIsQueuedAndRefusesWhatComesLater(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	rec := &recorder{seen: map[string]int{}}
	j, err := journal.Open(journal.Config{URI: uri, Database: embeddedtest.Database, Announcer: rec, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	type outcome struct {
		id  report.ID
		err error
	}
	outcomes := make(chan outcome, 200)
	for i := range cap(outcomes) {
		go func() {
			r := sample(t, i)
			outcomes <- outcome{r.ID, j.Append(context.Background(), report.Entry{Report: &r})}
		}()
	}
	if err := j.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	check, _ := open(t, journal.Config{URI: uri})
	for range cap(outcomes) {
		o := <-outcomes
		_, err := check.Report(t.Context(), o.id)
		switch {
		case o.err == nil && err != nil:
			t.Errorf("%s was accepted and is not there: %v", o.id, err)
		case o.err != nil && !errors.Is(o.err, journal.ErrUnavailable):
			t.Errorf("%s: %v", o.id, o.err)
		case o.err == nil && rec.count(string(o.id)) == 0:
			t.Errorf("%s was not announced", o.id)
		}
	}
}

func TestOneBadMarkerDoesNotHoldUpTheOthers(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, rec := open(t, journal.Config{URI: uri, SweepEvery: never})
	rec.fail(errors.New("the process dies before it announces"))
	r := sample(t, 1)
	plantMarker(t, database(t, uri), time.Now(), "not an entry")
	if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
		t.Fatal(err)
	}
	rec.fail(nil)
	now := time.Now()
	for _, later := range []time.Duration{0, 10 * time.Second} {
		if err := j.Sweep(t.Context(), now.Add(later)); err != nil {
			t.Log(err)
		}
	}
	if rec.count(string(r.ID)) == 0 {
		t.Error("the marker behind the bad one was not swept")
	}
}

func TestAPinnedValueCannotBeReplaced(t *testing.T) {
	j, _ := open(t, journal.Config{})
	for range 2 {
		if err := j.Pin(t.Context(), "receipt-key", []byte("a")); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Pin(t.Context(), "receipt-key", []byte("b")); !errors.Is(err, journal.ErrPinned) {
		t.Errorf("another value: %v", err)
	}
	if err := j.Pin(t.Context(), "another", []byte("b")); err != nil {
		t.Errorf("another name: %v", err)
	}
}
