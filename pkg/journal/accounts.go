package journal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/report"
)

type changeDoc struct {
	ID           string    `bson:"_id"` // <user>/<n>
	Schema       int       `bson:"schema"`
	User         string    `bson:"user"`
	N            int       `bson:"n"`
	Type         string    `bson:"type"`
	At           time.Time `bson:"at"`
	By           string    `bson:"by"`
	Name         string    `bson:"name,omitempty"`
	Role         string    `bson:"role,omitempty"`
	Unit         string    `bson:"unit,omitempty"`
	PasswordHash string    `bson:"password_hash,omitempty"`
}

type sessionDoc struct {
	ID      string    `bson:"_id"` // hash of the token; hash+"/ended" says that it ended
	User    string    `bson:"user"`
	Change  int       `bson:"change"`
	BegunAt time.Time `bson:"begun_at"`
	EndsAt  time.Time `bson:"ends_at"`
}

// endedSuffix marks the document that ends a session. A session is ended by
// an insert, because an update is not atomic on the embedded engine.
const endedSuffix = "/ended"

// AppendChange stores the change of an account. Errors as Append; ErrConflict
// wraps account.ErrConflict too.
func (j *Journal) AppendChange(ctx context.Context, c account.Change) error {
	_, err := j.accounts.InsertOne(ctx, changeDoc{
		ID: changeID(c.User, c.N), Schema: schema, User: c.User, N: c.N, Type: string(c.Type),
		At: report.Instant(c.At), By: c.By, Name: c.Name, Role: string(c.Role), Unit: c.Unit, PasswordHash: c.PasswordHash,
	})
	if err = insertOutcome(err); errors.Is(err, ErrConflict) {
		err = fmt.Errorf("%w: %w", account.ErrConflict, err)
	}
	return err
}

// Changes reads the changes of an account after the nth, in order.
func (j *Journal) Changes(ctx context.Context, user string, after int) ([]account.Change, error) {
	var out []account.Change
	for n := after + 1; ; n++ {
		raw, err := byID(ctx, j.accounts, changeID(user, n))
		if errors.Is(err, ErrNotFound) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		c, err := decodeChange(raw)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
}

// Usernames lists the accounts that exist, in no order.
func (j *Journal) Usernames(ctx context.Context) ([]string, error) {
	var out []string
	err := scan(ctx, j.accounts, func(raw bson.Raw) error {
		c, err := decodeChange(raw)
		if err == nil && c.Type == account.Added {
			out = append(out, c.User)
		}
		return err
	})
	return out, err
}

// BeginSession stores a session. Errors as Append.
func (j *Journal) BeginSession(ctx context.Context, s account.Session) error {
	_, err := j.sessions.InsertOne(ctx, sessionDoc{ID: s.ID, User: s.User, Change: s.Change, BegunAt: s.BegunAt, EndsAt: s.EndsAt})
	return insertOutcome(err)
}

// Session reads a session by the hash of its token. A session that does not
// exist or was ended is ErrNotFound, which wraps account.ErrNoSession too.
func (j *Journal) Session(ctx context.Context, id string) (account.Session, error) {
	_, err := byID(ctx, j.sessions, id+endedSuffix)
	if err == nil {
		return account.Session{}, fmt.Errorf("%w: it has ended: %w", account.ErrNoSession, ErrNotFound)
	}
	if !errors.Is(err, ErrNotFound) {
		return account.Session{}, err
	}
	raw, err := byID(ctx, j.sessions, id)
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w: %w", account.ErrNoSession, err)
	}
	if err != nil {
		return account.Session{}, err
	}
	var d sessionDoc
	if err := bson.Unmarshal(raw, &d); err != nil {
		return account.Session{}, fmt.Errorf("%w: session: %w", ErrDamaged, err)
	}
	return account.Session{ID: d.ID, User: d.User, Change: d.Change, BegunAt: report.Instant(d.BegunAt), EndsAt: report.Instant(d.EndsAt)}, nil
}

// EndSession ends a session for good, on every replica at once.
func (j *Journal) EndSession(ctx context.Context, s account.Session) error {
	_, err := j.sessions.InsertOne(ctx, sessionDoc{ID: s.ID + endedSuffix, User: s.User, Change: s.Change, BegunAt: s.BegunAt, EndsAt: s.EndsAt})
	if err = insertOutcome(err); errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// ForgetSessions removes the sessions that ran out before a time.
func (j *Journal) ForgetSessions(ctx context.Context, before time.Time) (removed int, err error) {
	var old []string
	err = scan(ctx, j.sessions, func(raw bson.Raw) error {
		var d sessionDoc
		if err := bson.Unmarshal(raw, &d); err == nil && d.EndsAt.Before(before) {
			old = append(old, d.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range old {
		if _, err := j.sessions.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
			return removed, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		removed++
	}
	return removed, nil
}

func changeID(user string, n int) string { return user + "/" + strconv.Itoa(n) }

func decodeChange(raw bson.Raw) (account.Change, error) {
	var d changeDoc
	if err := decode(raw, &d, &d.Schema); err != nil {
		return account.Change{}, err
	}
	return account.Change{
		User: d.User, N: d.N, Type: account.ChangeType(d.Type), At: report.Instant(d.At), By: d.By,
		Name: d.Name, Role: account.Role(d.Role), Unit: d.Unit, PasswordHash: d.PasswordHash,
	}, nil
}

// insertOutcome turns the driver's error of a single insert into ours.
func insertOutcome(err error) error {
	switch {
	case err == nil:
		return nil
	case mongo.IsDuplicateKeyError(err):
		return ErrConflict
	}
	return unknown(err)
}
