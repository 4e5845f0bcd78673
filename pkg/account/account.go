// Package account is the domain of who may log in at the desk: accounts, the
// changes that made them what they are, passwords and sessions. Like reports,
// accounts are append-only: an account is the fold of its numbered changes.
package account

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// Role says what an account is for.
type Role string

// The roles. An officer works in one unit's queue; a supervisor watches the
// queues of a unit and everything beneath it; an admin manages accounts and
// reads no reports.
const (
	Officer    Role = "officer"
	Supervisor Role = "supervisor"
	Admin      Role = "admin"
)

// Roles lists all roles.
var Roles = [...]Role{Officer, Supervisor, Admin}

// ChangeType names what happened to an account.
type ChangeType string

// The types of changes.
const (
	Added       ChangeType = "added"
	Disabled    ChangeType = "disabled"
	Enabled     ChangeType = "enabled"
	PasswordSet ChangeType = "password_set"
)

// Change is one thing that happened to an account, numbered 1, 2, 3 …
type Change struct {
	User string
	N    int
	Type ChangeType
	At   time.Time
	By   string // account, or "console" for the command line

	Name         string // added
	Role         Role   // added
	Unit         string // added
	PasswordHash string // added, password_set
}

// Account is the fold of its changes.
type Account struct {
	Username     string
	Name         string
	Role         Role
	Unit         string
	Disabled     bool
	PasswordHash string
	Last         int // number of the last change
	ChangedAt    time.Time
	EndedBefore  int // number of the last change that ended all sessions begun before it
}

// Errors of a change.
var (
	ErrNotAllowed  = errors.New("account: change not allowed in this state")
	ErrBadUsername = errors.New("account: a username is 3 to 32 of a-z, 0-9, dot, dash, underscore, beginning with a letter")
	ErrBadName     = errors.New("account: a name has 1 to 100 characters")
	ErrBadRole     = errors.New("account: unknown role")
	ErrNoUnit      = errors.New("account: no unit")
	ErrOutOfOrder  = errors.New("account: change is not the next one")
)

var username = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

// Next returns the account after c, which must carry the next number
// (ErrOutOfOrder) and fit the account's state (ErrNotAllowed and others).
func (a Account) Next(c Change) (Account, error) {
	if c.N != a.Last+1 {
		return a, fmt.Errorf("%w: %s/%d after %d", ErrOutOfOrder, c.User, c.N, a.Last)
	}
	exists := a.Last > 0
	switch {
	case c.Type == Added && !exists:
		if err := c.validNew(); err != nil {
			return a, err
		}
		a = Account{Username: c.User, Name: c.Name, Role: c.Role, Unit: c.Unit, PasswordHash: c.PasswordHash, EndedBefore: c.N}
	case c.Type == Disabled && exists && !a.Disabled:
		a.Disabled, a.EndedBefore = true, c.N
	case c.Type == Enabled && a.Disabled:
		a.Disabled = false
	case c.Type == PasswordSet && exists:
		a.PasswordHash, a.EndedBefore = c.PasswordHash, c.N
	default:
		return a, fmt.Errorf("%w: %s %s", ErrNotAllowed, c.Type, c.User)
	}
	a.Last, a.ChangedAt = c.N, c.At
	return a, nil
}

func (c Change) validNew() error {
	switch {
	case !username.MatchString(c.User):
		return ErrBadUsername
	case c.Name == "" || utf8.RuneCountInString(c.Name) > 100:
		return ErrBadName
	case !slices.Contains(Roles[:], c.Role):
		return fmt.Errorf("%w: %q", ErrBadRole, c.Role)
	case c.Unit == "":
		return ErrNoUnit
	}
	return nil
}

// Fold makes an account of all its changes in order.
func Fold(changes []Change) (a Account, err error) {
	for _, c := range changes {
		if a, err = a.Next(c); err != nil {
			return Account{}, err
		}
	}
	return a, nil
}

// Session is one login. It is stored under a hash of its token.
type Session struct {
	ID      string // hex SHA-256 of the token in the cookie
	User    string
	Change  int // number of the account's last change that the login knew of
	BegunAt time.Time
	EndsAt  time.Time
}

// Holds says whether the session is still good for the account at a time:
// neither run out, nor ended by a new password or by the account's disabling.
// It goes by the numbers of the changes, not by clocks: a login that was under
// way while the password was changed does not survive it.
func (s Session) Holds(a Account, now time.Time) bool {
	return s.User == a.Username && !a.Disabled && now.Before(s.EndsAt) && s.Change >= a.EndedBefore
}
