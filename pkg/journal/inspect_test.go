package journal_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
)

func inspect(t *testing.T, uri string) journal.Facts {
	t.Helper()
	f, err := journal.Inspect(t.Context(), journal.Inspection{URI: uri, Database: embeddedtest.Database, Pin: "receipt-key", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestInspectionOfTheEmbeddedEngine(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	f := inspect(t, uri)
	if f.Server.Kind != journal.Standalone || !f.Server.Writable || !f.Loopback || f.TLS {
		t.Errorf("server: %+v", f)
	}
	if f.Server.RoundTrip <= 0 || f.Server.ClockAhead.Abs() > time.Second {
		t.Errorf("round trip %v, clock ahead %v", f.Server.RoundTrip, f.Server.ClockAhead)
	}
	if f.Build.Err != nil || f.Build.Value.Embedded == "" || f.Build.Value.Version == "" {
		t.Errorf("build: %+v", f.Build)
	}
	if f.Privileges.Err != nil || f.Privileges.Value.User != "" {
		t.Errorf("nobody is logged in: %+v", f.Privileges)
	}
	if f.Write.Err != nil || f.Write.Value <= 0 || f.Write.Value > 2*time.Second {
		t.Errorf("write: %+v", f.Write)
	}
	if f.Pinned.Err != nil || f.Pinned.Value != nil {
		t.Errorf("pinned: %+v", f.Pinned)
	}
	for name, err := range map[string]error{"members": f.Members.Err, "defaults": f.Defaults.Err, "space": f.Space.Err} {
		if !errors.Is(err, journal.ErrNotOffered) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInspectionLeavesNothingBehind(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	j, _ := open(t, journal.Config{URI: uri, SweepEvery: time.Hour})
	if err := j.Pin(t.Context(), "receipt-key", []byte("check")); err != nil {
		t.Fatal(err)
	}
	first := inspect(t, uri)
	again := inspect(t, uri)
	if string(first.Pinned.Value) != "check" || string(again.Pinned.Value) != "check" {
		t.Errorf("pinned: %q, %q", first.Pinned.Value, again.Pinned.Value)
	}
	if again.Outbox.Err != nil || again.Outbox.Value.Markers != 0 {
		t.Errorf("outbox: %+v", again.Outbox)
	}
}

func TestInspectionSeesWhatWaitsAndItsProbesAreSweptAway(t *testing.T) {
	uri := embeddedtest.Start(t).MongoDB
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	written := time.Now().Add(-5 * time.Minute).UTC().Truncate(time.Millisecond)
	outbox := outboxOf(t, client)
	for _, at := range []time.Time{written, written.Add(time.Minute)} { // as a killed inspection leaves them
		if _, err := outbox.InsertOne(t.Context(), bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "at", Value: at}}); err != nil {
			t.Fatal(err)
		}
	}
	f := inspect(t, uri)
	if f.Outbox.Err != nil || f.Outbox.Value.Markers != 2 || !f.Outbox.Value.Oldest.Equal(written) {
		t.Errorf("outbox: %+v", f.Outbox)
	}
	j, _ := open(t, journal.Config{URI: uri, SweepEvery: time.Hour})
	now := time.Now()
	for _, at := range []time.Time{now, now.Add(2 * time.Minute)} {
		if err := j.Sweep(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := j.OutboxSize(t.Context()); err != nil || n != 0 {
		t.Errorf("%d markers are left, %v", n, err)
	}
}

func TestInspectionOfNothingEndsSoon(t *testing.T) {
	begun := time.Now()
	_, err := journal.Inspect(t.Context(), journal.Inspection{URI: "mongodb://127.0.0.1:1/", Database: "phananh", Now: time.Now})
	if !errors.Is(err, journal.ErrUnavailable) || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

// outboxOf finds the outbox by asking the journal where it is.
func outboxOf(t *testing.T, client *mongo.Client) *mongo.Collection {
	t.Helper()
	for database, collections := range journal.Databases(embeddedtest.Database) {
		if slices.Contains(collections, "outbox") {
			return client.Database(database).Collection("outbox")
		}
	}
	t.Fatal("the journal has no outbox")
	return nil
}
