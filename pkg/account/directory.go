package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Errors of the directory. A Store wraps ErrConflict and ErrNoSession.
var (
	ErrConflict  = errors.New("account: a change with this number exists")
	ErrNoSession = errors.New("account: no such session")
	ErrUnknown   = errors.New("account: no such account")
	ErrExists    = errors.New("account: the account exists")
)

// Store is where changes and sessions are kept, on all replicas alike.
type Store interface {
	AppendChange(context.Context, Change) error                            // ErrConflict
	Changes(ctx context.Context, user string, after int) ([]Change, error) // in order
	Usernames(context.Context) ([]string, error)                           // in no order
	BeginSession(context.Context, Session) error                           //
	Session(ctx context.Context, id string) (Session, error)               // ErrNoSession
	EndSession(context.Context, Session) error                             //
}

// Directory knows the accounts. It asks the store for news before every
// answer that matters, so that a change made by another process counts at
// once. It is safe for concurrent use.
type Directory struct {
	store  Store
	now    func() time.Time
	random io.Reader
	hasher hasher
	verify func(hash, password string) (bool, error) // Verify, but for tests
	dummy  string                                    // the hash of nobody's password

	mu       sync.Mutex
	accounts map[string]Account
}

// NewDirectory makes a Directory. Random must be cryptographically secure.
func NewDirectory(store Store, now func() time.Time, random io.Reader) *Directory {
	return &Directory{
		store: store, now: now, random: random, hasher: newHasher(), verify: Verify,
		dummy:    chosen.encode(make([]byte, saltSize), make([]byte, hashSize)),
		accounts: map[string]Account{},
	}
}

// Account returns an account as it is now. It returns ErrUnknown, or what the
// store returned.
func (d *Directory) Account(ctx context.Context, user string) (Account, error) {
	a, err := d.fold(ctx, user)
	if err == nil && a.Last == 0 {
		err = fmt.Errorf("%w: %s", ErrUnknown, user)
	}
	return a, err
}

// fold returns the account with all its changes; Last is 0 for no account.
func (d *Directory) fold(ctx context.Context, user string) (Account, error) {
	if !username.MatchString(user) {
		return Account{}, nil // nothing can be stored under such a name
	}
	d.mu.Lock()
	a := d.accounts[user]
	d.mu.Unlock()
	changes, err := d.store.Changes(ctx, user, a.Last)
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", user, err)
	}
	for _, c := range changes {
		if a, err = a.Next(c); err != nil {
			return Account{}, fmt.Errorf("account %s: %w", user, err)
		}
	}
	if a.Last > 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.accounts[user].Last < a.Last {
			d.accounts[user] = a
		}
	}
	return a, nil
}

// Name returns the name of an account as shown to colleagues; the username
// where it cannot be found out. Names do not change, so it rarely asks.
func (d *Directory) Name(ctx context.Context, user string) string {
	d.mu.Lock()
	a, ok := d.accounts[user]
	d.mu.Unlock()
	if !ok {
		var err error
		if a, err = d.Account(ctx, user); err != nil {
			return user
		}
	}
	return a.Name
}

// List returns all accounts by username.
func (d *Directory) List(ctx context.Context) ([]Account, error) {
	names, err := d.store.Usernames(ctx)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	all := map[string]Account{}
	for _, name := range names {
		if all[name], err = d.Account(ctx, name); err != nil {
			return nil, err
		}
	}
	out := make([]Account, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[name])
	}
	return out, nil
}

// New is what an account is made of.
type New struct {
	Username, Name string
	Role           Role
	Unit           string
	Password       string
}

// Add makes an account, on behalf of by. It returns ErrExists, an error of
// CheckPassword, or one of Account.Next.
func (d *Directory) Add(ctx context.Context, by string, n New) (Account, error) {
	c := Change{User: n.Username, N: 1, Type: Added, By: by, Name: n.Name, Role: n.Role, Unit: n.Unit}
	if _, err := (Account{}).Next(c); err != nil {
		return Account{}, err
	}
	hash, err := d.newHash(ctx, n.Username, n.Password)
	if err != nil {
		return Account{}, err
	}
	c.PasswordHash = hash
	a, err := d.change(ctx, c)
	if errors.Is(err, ErrNotAllowed) {
		err = fmt.Errorf("%w: %s", ErrExists, n.Username)
	}
	return a, err
}

// Disable keeps an account from logging in and ends its sessions. It returns
// ErrUnknown, or ErrNotAllowed where it is disabled already.
func (d *Directory) Disable(ctx context.Context, by, user string) (Account, error) {
	return d.change(ctx, Change{User: user, Type: Disabled, By: by})
}

// Enable undoes Disable. It returns ErrUnknown, or ErrNotAllowed where the
// account is not disabled.
func (d *Directory) Enable(ctx context.Context, by, user string) (Account, error) {
	return d.change(ctx, Change{User: user, Type: Enabled, By: by})
}

// SetPassword gives an account a new password and ends its sessions. It
// returns ErrUnknown or an error of CheckPassword.
func (d *Directory) SetPassword(ctx context.Context, by, user, password string) (Account, error) {
	hash, err := d.newHash(ctx, user, password)
	if err != nil {
		return Account{}, err
	}
	return d.change(ctx, Change{User: user, Type: PasswordSet, By: by, PasswordHash: hash})
}

func (d *Directory) newHash(ctx context.Context, user, password string) (hash string, err error) {
	if err := CheckPassword(user, password); err != nil {
		return "", err
	}
	err = d.hasher.run(ctx, func() error {
		hash, err = Hash(password, d.random)
		return err
	})
	return hash, err
}

// maxAttempts bounds how often a change is decided anew because somebody
// else's came first.
const maxAttempts = 5

// change appends the change with the next number and time. Where somebody
// else was first it looks at the account again and decides again.
func (d *Directory) change(ctx context.Context, c Change) (Account, error) {
	for attempt := 1; ; attempt++ {
		a, err := d.fold(ctx, c.User)
		if err != nil {
			return Account{}, err
		}
		if a.Last == 0 && c.Type != Added {
			return Account{}, fmt.Errorf("%w: %s", ErrUnknown, c.User)
		}
		c.N, c.At = a.Last+1, d.instant()
		if c.At.Before(a.ChangedAt) {
			c.At = a.ChangedAt
		}
		if _, err := a.Next(c); err != nil {
			return Account{}, err
		}
		err = d.store.AppendChange(ctx, c)
		if err == nil {
			return d.Account(ctx, c.User)
		}
		if !errors.Is(err, ErrConflict) || attempt == maxAttempts {
			return Account{}, fmt.Errorf("account %s: %w", c.User, err)
		}
	}
}

// instant is now, as precise as it is stored.
func (d *Directory) instant() time.Time { return d.now().UTC().Truncate(time.Millisecond) }
