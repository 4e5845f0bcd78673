package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ErrPinned says that a value is not the one that was pinned before.
var ErrPinned = errors.New("journal: another value is pinned")

type pinDoc struct {
	ID    string `bson:"_id"`
	Value []byte `bson:"value"`
}

// Pin holds a value for ever: the first one given under a name is stored, and
// every other one later is ErrPinned. It keeps a process that was configured
// with a secret of another installation, or lost its own, from going on.
func (j *Journal) Pin(ctx context.Context, name string, value []byte) error {
	_, err := j.pins.InsertOne(ctx, pinDoc{ID: name, Value: value})
	if err = insertOutcome(err); !errors.Is(err, ErrConflict) {
		return err
	}
	raw, err := byID(ctx, j.pins, name)
	if err != nil {
		return err
	}
	var d pinDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return fmt.Errorf("%w: pin %s: %w", ErrDamaged, name, err)
	}
	if !bytes.Equal(d.Value, value) {
		return fmt.Errorf("%w: %s", ErrPinned, name)
	}
	return nil
}
