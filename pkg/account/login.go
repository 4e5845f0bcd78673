package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// SessionLife is how long a session lasts, used or not.
const SessionLife = 12 * time.Hour

const tokenSize = 32

// ErrCredentials says that a login failed, not why: whether the account
// exists is nobody's business who cannot log in.
var ErrCredentials = errors.New("account: wrong username or password")

// Login begins a session and returns the token that proves it, which is not
// stored. Every refusal is ErrCredentials and costs the same: a password is
// verified in any case.
func (d *Directory) Login(ctx context.Context, user, password string) (Account, Session, string, error) {
	a, err := d.fold(ctx, user)
	if err != nil {
		return Account{}, Session{}, "", err
	}
	hash := a.PasswordHash
	if a.Last == 0 {
		hash = d.dummy
	}
	var right bool
	err = d.hasher.run(ctx, func() error {
		right, err = d.verify(hash, clip(password))
		return err
	})
	if err != nil {
		return Account{}, Session{}, "", fmt.Errorf("account %s: %w", user, err)
	}
	if !right || a.Last == 0 || a.Disabled {
		return Account{}, Session{}, "", ErrCredentials
	}
	s, token, err := d.begin(ctx, a)
	return a, s, token, err
}

// clip keeps a password that nobody can have from costing more than others;
// what is cut off makes it wrong already.
func clip(password string) string { return password[:min(len(password), MaxPassword+1)] }

func (d *Directory) begin(ctx context.Context, a Account) (Session, string, error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(d.random, raw); err != nil {
		return Session{}, "", fmt.Errorf("account: token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := d.instant()
	s := Session{ID: sessionID(token), User: a.Username, Change: a.Last, BegunAt: now, EndsAt: now.Add(SessionLife)}
	if err := d.store.BeginSession(ctx, s); err != nil {
		return Session{}, "", fmt.Errorf("account: begin session: %w", err)
	}
	return s, token, nil
}

// Authenticate returns the session that a token proves and its account as it
// is now. It returns ErrNoSession for a session that does not exist, has
// ended or has run out.
func (d *Directory) Authenticate(ctx context.Context, token string) (Account, Session, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return Account{}, Session{}, ErrNoSession
	}
	s, err := d.store.Session(ctx, sessionID(token))
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("account: session: %w", err)
	}
	a, err := d.Account(ctx, s.User)
	if err != nil {
		return Account{}, Session{}, err
	}
	if !s.Holds(a, d.now()) {
		return Account{}, Session{}, ErrNoSession
	}
	return a, s, nil
}

// Logout ends a session for good.
func (d *Directory) Logout(ctx context.Context, s Session) error {
	if err := d.store.EndSession(ctx, s); err != nil {
		return fmt.Errorf("account: end session: %w", err)
	}
	return nil
}

// sessionID is what a session is stored under: whoever reads the store
// cannot log in with it.
func sessionID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
