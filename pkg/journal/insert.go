package journal

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// durable is the write concern of every insert: on the disks of a majority.
// The command below does not take it from the client's settings.
func durable() bson.D { return bson.D{{Key: "w", Value: "majority"}, {Key: "j", Value: true}} }

// insert writes the entries of a round and returns an outcome for each.
func (j *Journal) insert(ctx context.Context, round []*pending) []error {
	outcomes := make([]error, len(round))
	var reports, actions []bson.Raw
	var reportAt, actionAt []int // positions in the round
	for i, p := range round {
		if p.entry.Report != nil {
			reports, reportAt = append(reports, p.doc), append(reportAt, i)
		} else {
			actions, actionAt = append(actions, p.doc), append(actionAt, i)
		}
	}
	insertInto(ctx, j.reports, reports, reportAt, outcomes)
	insertInto(ctx, j.actions, actions, actionAt, outcomes)
	return outcomes
}

// insertInto writes docs, in any order, and notes what became of each at its
// position in outcomes. It uses the plain command, since InsertMany takes every
// document apart again to return IDs that are known here; what that would
// retry by itself is left to the callers, whose entries have their own IDs.
func insertInto(ctx context.Context, c *mongo.Collection, docs []bson.Raw, at []int, outcomes []error) {
	if len(docs) == 0 {
		return
	}
	err := c.Database().RunCommand(ctx, bson.D{
		{Key: "insert", Value: c.Name()},
		{Key: "ordered", Value: false},
		{Key: "writeConcern", Value: durable()},
		{Key: "documents", Value: docs},
	}).Err()
	if err == nil {
		return
	}
	var refused mongo.WriteException
	if !errors.As(err, &refused) || refused.WriteConcernError != nil {
		for _, i := range at {
			outcomes[i] = unknown(err)
		}
		return
	}
	for _, w := range refused.WriteErrors {
		outcomes[at[w.Index]] = writeOutcome(w)
	}
}

func writeOutcome(w mongo.WriteError) error {
	if mongo.IsDuplicateKeyError(mongo.WriteException{WriteErrors: mongo.WriteErrors{w}}) {
		return ErrConflict
	}
	return unknown(w)
}
