package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"

	"github.com/phananh/portal/pkg/report"
)

// readRecord reads the three collections as they are.
func readRecord(ctx context.Context, j Journal) (r Record, err error) {
	client, err := mongo.Connect(options.Client().ApplyURI(j.URI).
		SetReadConcern(readconcern.Majority()).SetServerSelectionTimeout(10 * time.Second))
	if err != nil {
		return Record{}, fmt.Errorf("connect to the journal: %w", err)
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	// The outbox first: a marker that is removed while the rest is read is no
	// longer of interest. Reports before actions, as they were written.
	for _, c := range []struct {
		database, name string
		add            func(*Record, bson.Raw) error
	}{{j.Database + "_outbox", "outbox", addMarker}, {j.Database, "reports", addReport}, {j.Database, "actions", addAction}} {
		if err := readCollection(ctx, client.Database(c.database), c.name, &r, c.add); err != nil {
			return Record{}, fmt.Errorf("read %s.%s: %w", c.database, c.name, err)
		}
	}
	return r, nil
}

// readCollection reads every document. One that add cannot read is damaged. A
// collection that does not exist is an error: it is somewhere else, and nothing
// would ever be found in it.
func readCollection(ctx context.Context, db *mongo.Database, name string, r *Record, add func(*Record, bson.Raw) error) error {
	names, err := db.ListCollectionNames(ctx, bson.D{{Key: "name", Value: name}})
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("no such collection")
	}
	cursor, err := db.Collection(name).Find(ctx, bson.D{}, options.Find().SetBatchSize(1000))
	if err != nil {
		return err
	}
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		if err := add(r, cursor.Current); err != nil {
			r.Damaged = append(r.Damaged, Document{Collection: name, ID: rawID(cursor.Current), Fault: err.Error()})
		}
	}
	return cursor.Err()
}

func rawID(raw bson.Raw) string {
	switch id := raw.Lookup("_id"); id.Type {
	case bson.TypeString:
		return id.StringValue()
	case bson.TypeObjectID:
		return id.ObjectID().Hex()
	default:
		return id.String()
	}
}

func addMarker(r *Record, raw bson.Raw) error {
	var d struct {
		At      time.Time `bson:"at"`
		Entries string    `bson:"entries"` // their IDs, divided by spaces
	}
	if err := bson.Unmarshal(raw, &d); err != nil {
		return err
	}
	r.Outbox = append(r.Outbox, Marker{ID: rawID(raw), At: report.Instant(d.At), Entries: strings.Fields(d.Entries)})
	return nil
}

func addReport(r *Record, raw bson.Raw) error {
	var d reportDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return err
	}
	if d.Schema != schema {
		return fmt.Errorf("schema %d", d.Schema)
	}
	stored := d.report()
	if err := stored.Validate(); err != nil {
		return err
	}
	r.Reports = append(r.Reports, stored)
	return nil
}

func addAction(r *Record, raw bson.Raw) error {
	var d actionDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return err
	}
	if d.Schema != schema {
		return fmt.Errorf("schema %d", d.Schema)
	}
	r.Actions = append(r.Actions, d.stored())
	return nil
}
