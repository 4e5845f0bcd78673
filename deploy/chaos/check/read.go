package check

import (
	"context"
	"fmt"
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
	db := client.Database(j.Database)
	outbox := client.Database(j.Database + "_outbox") // so that an engine that locks does not have entries wait for it
	// The outbox first: a marker that is removed while the rest is read is no
	// longer of interest. Reports before actions, as they were written.
	for _, c := range []struct {
		*mongo.Collection
		add func(*Record, bson.Raw) error
	}{{outbox.Collection("outbox"), addMarker}, {db.Collection("reports"), addReport}, {db.Collection("actions"), addAction}} {
		if err := readCollection(ctx, c.Collection, &r, c.add); err != nil {
			return Record{}, fmt.Errorf("read %s: %w", c.Name(), err)
		}
	}
	return r, nil
}

// readCollection reads every document. One that add cannot read is damaged.
func readCollection(ctx context.Context, c *mongo.Collection, r *Record, add func(*Record, bson.Raw) error) error {
	cursor, err := c.Find(ctx, bson.D{}, options.Find().SetBatchSize(1000))
	if err != nil {
		return err
	}
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		if err := add(r, cursor.Current); err != nil {
			r.Damaged = append(r.Damaged, Document{Collection: c.Name(), ID: rawID(cursor.Current), Fault: err.Error()})
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
		Entries []string  `bson:"entries"`
	}
	if err := bson.Unmarshal(raw, &d); err != nil {
		return err
	}
	r.Outbox = append(r.Outbox, Marker{ID: rawID(raw), At: report.Instant(d.At), Entries: d.Entries})
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
