package journal

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
)

// Count returns about how many entries the journal holds, damaged ones
// included, without reading them. A MongoDB server answers from its metadata,
// which may be off after a crash of the server, by the same number each time.
// The embedded engine counts its pages: at 100,000 reports about 0.1 s, where
// a scan takes 10 s. It takes no lock.
func (j *Journal) Count(ctx context.Context) (int64, error) {
	total := int64(0)
	for _, c := range []*mongo.Collection{j.reports, j.actions} {
		n, err := count(ctx, c)
		if err != nil {
			return 0, fmt.Errorf("%w: count %s: %w", ErrUnavailable, c.Name(), err)
		}
		total += n
	}
	return total, nil
}

// count asks for the statistic that the server keeps anyway. The command
// count would do as well on MongoDB; the engine would read every document.
func count(ctx context.Context, c *mongo.Collection) (int64, error) {
	// Statistics know no majority.
	local := c.Clone(options.Collection().SetReadConcern(readconcern.Local()))
	cursor, err := local.Aggregate(ctx, mongo.Pipeline{{{Key: "$collStats", Value: bson.D{{Key: "count", Value: bson.D{}}}}}})
	if namespaceMissing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var shards []struct {
		Count int64 `bson:"count"`
	}
	if err := cursor.All(ctx, &shards); err != nil {
		return 0, err
	}
	total := int64(0)
	for _, s := range shards {
		total += s.Count
	}
	return total, nil
}

// namespaceMissing says that a collection is yet to be created.
func namespaceMissing(err error) bool {
	const namespaceNotFound = 26
	e, ok := err.(mongo.ServerError) //nolint:errorlint // the driver does not wrap what a server says
	return ok && e.HasErrorCode(namespaceNotFound)
}
