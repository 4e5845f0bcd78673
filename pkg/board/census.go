package board

import (
	"crypto/sha256"
	"encoding/hex"
)

// Census says what a board holds, for whoever compares boards.
type Census struct {
	Cases, Open int
	Damaged     int    // cases with an entry that cannot be read
	Gaps        int    // reports of which entries are known to exist and not at hand
	Digest      string // see Digest
}

// Census counts, and digests, one state of the board.
func (b *Board) Census() Census {
	rows, gaps := b.copied()
	c := Census{Cases: len(rows), Gaps: len(gaps)}
	for i := range rows {
		if rows[i].State.Open() {
			c.Open++
		}
		if rows[i].Damage.Any() {
			c.Damaged++
		}
	}
	c.Digest = digest(rows)
	return c
}

// Digest is the same for two boards exactly when they hold the same cases in
// the same state, however they came to know: the SHA-256 of all rows by ID, in
// hexadecimal. It takes some milliseconds for each thousand cases.
func (b *Board) Digest() string {
	rows, _ := b.copied()
	return digest(rows)
}

func digest(rows []Row) string {
	sum := sha256.Sum256(encodeRows(rows).buf)
	return hex.EncodeToString(sum[:])
}
