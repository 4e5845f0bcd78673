package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Hash is the SHA-256 of an entry's whole content; the zero Hash means that
// there is none. Two entries have one hash only if they are equal in every
// field, where no value and an empty value, and times within one millisecond,
// count as equal: the journal does not tell them apart either.
//
// A report's content has its Digest in it, a keyed hash of a secret, so that
// its hash does not confirm a guess at what a resident wrote.
type Hash [sha256.Size]byte

// IsZero says that there is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// String is the hash in 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is String; no hash is an empty text.
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return nil, nil
	}
	return hex.AppendEncode(nil, h[:]), nil
}

// UnmarshalText undoes MarshalText. It returns ErrMalformed.
func (h *Hash) UnmarshalText(text []byte) error {
	*h = Hash{}
	if len(text) == 0 {
		return nil
	}
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash of %d digits: %w", len(text), ErrMalformed)
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		*h = Hash{}
		return fmt.Errorf("hash: %w", ErrMalformed)
	}
	return nil
}

// Hash is the hash of the report; of a damaged one there is none.
func (r Report) Hash() Hash {
	if r.Damaged {
		return Hash{}
	}
	return sha256.Sum256(r.canonical())
}

// Hash is the hash of the action, the hash of the entry before it included; of
// a damaged one there is none.
func (a Action) Hash() Hash {
	if a.Damaged {
		return Hash{}
	}
	return sha256.Sum256(a.canonical())
}

// Hash is the hash of the entry, which must be a whole one: the hash of a
// summary is another.
func (e Entry) Hash() Hash {
	if e.Report != nil {
		return e.Report.Hash()
	}
	return e.Action.Hash()
}

// Head is the hash of the case's last entry, which the next action carries.
func (c Case) Head() Hash {
	if n := len(c.Actions); n > 0 {
		return c.Actions[n-1].Hash()
	}
	return c.Report.Hash()
}
