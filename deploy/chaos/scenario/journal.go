package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/deploy/chaos/fleet"
)

// database is the journal as its own engine shows it, without the product's
// code and without links.
type database struct {
	client *mongo.Client
	*mongo.Database
	outbox *mongo.Collection
}

// openDatabase connects to the engine of a trial.
func (t *Trial) openDatabase() (*database, error) {
	client, err := mongo.Connect(options.Client().ApplyURI(t.Fleet.MongoDB()).SetServerSelectionTimeout(5 * time.Second))
	if err != nil {
		return nil, err
	}
	return &database{client, client.Database(fleet.Database), client.Database(fleet.Database + "_outbox").Collection("outbox")}, nil
}

func (d *database) close() { _ = d.client.Disconnect(context.Background()) }

// each shows every document of a collection to a function.
func each(ctx context.Context, c *mongo.Collection, see func(bson.Raw) error) error {
	cursor, err := c.Find(ctx, bson.D{})
	if err != nil {
		return fmt.Errorf("read %s: %w", c.Name(), err)
	}
	defer func() { _ = cursor.Close(ctx) }()
	for cursor.Next(ctx) {
		if err := see(cursor.Current); err != nil {
			return err
		}
	}
	return cursor.Err()
}

// digest is a hash of all reports and actions, in the order of their IDs.
func (d *database) digest(ctx context.Context) (string, error) {
	var docs []string
	for _, name := range []string{"reports", "actions"} {
		err := each(ctx, d.Collection(name), func(raw bson.Raw) error {
			docs = append(docs, raw.Lookup("_id").StringValue()+string(raw))
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	slices.Sort(docs)
	h := sha256.New()
	for _, doc := range docs {
		_, _ = h.Write([]byte(doc))
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// way is how one report got to its unit.
type way struct {
	received, routed time.Time // routed is zero while no unit has it
}

// ways reads how every report got to its unit, by report.
func (d *database) ways(ctx context.Context) (map[string]way, error) {
	out := map[string]way{}
	err := each(ctx, d.Collection("reports"), func(raw bson.Raw) error {
		if at, ok := raw.Lookup("received_at").TimeOK(); ok {
			out[raw.Lookup("_id").StringValue()] = way{received: at}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, d.Collection("actions"), func(raw bson.Raw) error {
		if raw.Lookup("type").StringValue() != "routed" {
			return nil
		}
		id := raw.Lookup("report").StringValue()
		w := out[id]
		w.routed, _ = raw.Lookup("at").TimeOK()
		out[id] = w
		return nil
	})
	return out, err
}

// waiting counts the reports that no unit has.
func (d *database) waiting(ctx context.Context) (int, error) {
	all, err := d.ways(ctx)
	n := 0
	for _, w := range all {
		if w.routed.IsZero() {
			n++
		}
	}
	return n, err
}
