package journal

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

const installationPin = "installation"

// Installation returns the name that this database was given when it was
// first used: fresh, if it has none yet. What somebody remembers of a database
// is worth nothing beside one of another name. It returns ErrUnavailable,
// ErrUnknown or ErrDamaged.
func (j *Journal) Installation(ctx context.Context, fresh string) (string, error) {
	raw, err := byID(ctx, j.pins, installationPin)
	if errors.Is(err, ErrNotFound) {
		_, err = j.pins.InsertOne(ctx, pinDoc{ID: installationPin, Value: []byte(fresh)})
		if err = insertOutcome(err); err != nil && !errors.Is(err, ErrConflict) {
			return "", err
		}
		raw, err = byID(ctx, j.pins, installationPin)
	}
	if err != nil {
		return "", err
	}
	var d pinDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return "", fmt.Errorf("%w: pin %s: %w", ErrDamaged, installationPin, err)
	}
	return string(d.Value), nil
}
