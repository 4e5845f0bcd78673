package report

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"hash"
	"log/slog"
	"sync"
)

// Receipt is the secret by which a resident follows up a report. It prints
// and logs as a mask; only Reveal shows it.
type Receipt struct{ secret string }

// ParseReceipt reads a receipt as a resident types it: any case, with or
// without dashes and spaces, O for 0 and I or L for 1. It returns
// ErrMalformed for anything that cannot be a receipt.
func ParseReceipt(s string) (Receipt, error) {
	c, ok := canonical(s, receiptLength)
	if !ok {
		return Receipt{}, ErrMalformed
	}
	return Receipt{c}, nil
}

// Reveal returns the receipt in four groups of five characters, for the one
// who owns it. It must never reach an address, a log or the database.
func (r Receipt) Reveal() string { return grouped(r.secret, 5) }

// String masks the receipt.
func (r Receipt) String() string { return "receipt(masked)" }

// LogValue masks the receipt in structured logs.
func (r Receipt) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Key is the secret from which receipts and IDs are derived. Whoever holds it
// and the database can guess neither receipts nor submission IDs backwards.
type Key struct {
	secret []byte
	hashes *sync.Pool // of hash.Hash with the secret: making one costs more than using it
}

// KeySize is the least length of a Key's secret in bytes.
const KeySize = 32

// NewKey makes a Key of at least KeySize secret bytes.
func NewKey(secret []byte) (Key, error) {
	if len(secret) < KeySize {
		return Key{}, errors.New("report: receipt key is shorter than 32 bytes")
	}
	k := Key{secret: append([]byte(nil), secret...)}
	k.hashes = &sync.Pool{New: func() any { return hmac.New(sha256.New, k.secret) }}
	return k, nil
}

// Receipt derives the receipt of a submission. The same submission ID gives
// the same receipt, so that a repeated request can be answered identically
// without the receipt being stored.
func (k Key) Receipt(submissionID string) Receipt {
	return Receipt{encode(k.mac("receipt", submissionID), receiptLength)}
}

// ID derives the ID of the report that a receipt belongs to.
func (k Key) ID(r Receipt) ID {
	return ID(encode(k.mac("report", r.secret), idLength))
}

// Digest is a keyed hash of a submission's ID and content, 32 bytes. Two
// submissions with one ID and different content differ in it; without the
// key it cannot be used to confirm a guess at the content.
func (k Key) Digest(submissionID string, content []byte) []byte {
	return k.mac("digest", submissionID+"\x00"+string(content))
}

// Check is a keyed hash of nothing: it tells keys apart without showing them.
func (k Key) Check() []byte { return k.mac("check", "") }

func (k Key) mac(label, text string) []byte {
	h := k.hash()
	if k.hashes != nil {
		defer k.hashes.Put(h)
	}
	h.Write([]byte("phananh/1/" + label + "\x00" + text))
	return h.Sum(nil)
}

func (k Key) hash() hash.Hash {
	if k.hashes == nil { // the zero Key's are those of a secret of zeros
		return hmac.New(sha256.New, nil)
	}
	h := k.hashes.Get().(hash.Hash)
	h.Reset()
	return h
}
