package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Limits of a password: characters at least, bytes at most.
const (
	MinPassword = 12
	MaxPassword = 128
)

// Errors of a password that must not be set.
var (
	ErrPasswordShort  = errors.New("account: a password has at least 12 characters")
	ErrPasswordLong   = errors.New("account: a password has at most 128 bytes")
	ErrPasswordCommon = errors.New("account: the password is too easy to guess")
)

// ErrHash says that a stored hash is not one of ours.
var ErrHash = errors.New("account: malformed password hash")

// parameters of argon2id.
type parameters struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// OWASP's Password Storage Cheat Sheet, for argon2id with one thread.
var chosen = parameters{memory: 19456, passes: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
	// most bounds what a stored hash can make us spend: 1 GiB, 16 passes.
	mostMemory = 1 << 20
	mostPasses = 16
)

// CheckPassword says why a password must not be set for an account:
// ErrPasswordShort, ErrPasswordLong or ErrPasswordCommon.
func CheckPassword(user, password string) error {
	plain := strings.ToLower(password)
	switch {
	case len(password) > MaxPassword:
		return ErrPasswordLong
	case utf8.RuneCountInString(password) < MinPassword:
		return ErrPasswordShort
	case strings.Contains(plain, user) && len(plain)-len(user) < 6, repetitive(plain):
		return ErrPasswordCommon
	}
	for _, word := range []string{"1234567890", "0123456789", "0987654321", "qwertyuiop", "password", "matkhau", "congan", "angiang", "phananh"} {
		if strings.Contains(plain, word) && len(plain)-len(word) < 6 {
			return ErrPasswordCommon
		}
	}
	return nil
}

// repetitive says that a password has fewer than five different characters.
func repetitive(s string) bool {
	letters := []rune(s)
	slices.Sort(letters)
	return len(slices.Compact(letters)) < 5
}

// Hash makes the hash of a password that is stored, with a new salt:
// argon2id in PHC's string format. It takes about 19 MiB and 30 ms.
// Source: https://github.com/P-H-C/phc-string-format
func Hash(password string, random io.Reader) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("account: salt: %w", err)
	}
	return chosen.encode(salt, chosen.derive(password, salt, hashSize)), nil
}

func (p parameters) derive(password string, salt []byte, size int) []byte {
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.threads, uint32(size))
}

func (p parameters) encode(salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.memory, p.passes, p.threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

// Verify says whether a password is the one of a hash that Hash made, with
// whatever parameters. It returns ErrHash for anything else.
func Verify(hash, password string) (bool, error) {
	p, salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(p.derive(password, salt, len(want)), want) == 1, nil
}

func parseHash(s string) (p parameters, salt, hash []byte, err error) {
	parts := strings.Split(s, "$") // "", argon2id, v=, m=t=p=, salt, hash
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, ErrHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return p, nil, nil, ErrHash
	}
	if p.memory == 0 || p.memory > mostMemory || p.passes == 0 || p.passes > mostPasses || p.threads == 0 {
		return p, nil, nil, ErrHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(salt) < 8 || len(hash) < 16 || len(hash) > 64 {
		return p, nil, nil, ErrHash
	}
	return p, salt, hash, nil
}

// ErrBusy says that too many are logging in at this moment.
var ErrBusy = errors.New("account: too many logins at once")

// hasher bounds how many hashes are computed at once, and how many wait: each
// takes 19 MiB and 30 ms, and logging in must not be a way to take all of the
// memory, or to have everybody else wait for half a minute.
type hasher struct{ slots, queue chan struct{} }

const (
	atOnce  = 4
	inQueue = 64
)

func newHasher() hasher {
	return hasher{slots: make(chan struct{}, atOnce), queue: make(chan struct{}, inQueue)}
}

// run waits for its turn, or for the end of ctx. It returns ErrBusy when too
// many are waiting already.
func (h hasher) run(ctx context.Context, f func() error) error {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return ErrBusy
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		return f()
	case <-ctx.Done():
		return fmt.Errorf("account: waiting for a turn: %w", ctx.Err())
	}
}
