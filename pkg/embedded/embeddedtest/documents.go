package embeddedtest

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Remove plays the disk, or the copy restored in its place, that has lost
// documents.
func (e Engines) Remove(t testing.TB, collection string, ids ...string) {
	t.Helper()
	e.in(t, collection, func(ctx context.Context, c *mongo.Collection) error {
		for _, id := range ids {
			if _, err := c.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Change plays the disk, or the hand, that changes fields of a document, and
// returns how to put back what was there.
func (e Engines) Change(t testing.TB, collection, id string, fields map[string]any) (mend func()) {
	t.Helper()
	var before bson.D
	replace := func(doc bson.D) {
		e.in(t, collection, func(ctx context.Context, c *mongo.Collection) error {
			if _, err := c.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
				return err
			}
			_, err := c.InsertOne(ctx, doc)
			return err
		})
	}
	e.in(t, collection, func(ctx context.Context, c *mongo.Collection) error {
		return c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&before)
	})
	after := make(bson.D, len(before))
	for i, field := range before {
		if v, ok := fields[field.Key]; ok {
			field.Value = v
		}
		after[i] = field
	}
	replace(after)
	return func() { replace(before) }
}

func (e Engines) in(t testing.TB, collection string, do func(context.Context, *mongo.Collection) error) {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(e.MongoDB))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	if err := do(t.Context(), client.Database(Database).Collection(collection)); err != nil {
		t.Fatal(err)
	}
}
