package report

import (
	"errors"
	"strings"
)

// crockford is Douglas Crockford's base-32 alphabet: no I, L, O or U, so that
// a number read out over the telephone cannot be misheard.
// Source: https://www.crockford.com/base32.html
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	idLength      = 12 // 60 bits
	receiptLength = 20 // 100 bits
)

// ErrMalformed says that a text is not a case number, an ID or a receipt.
var ErrMalformed = errors.New("report: malformed")

// ID identifies a report in the journal: 12 Crockford base-32 characters,
// derived from the receipt by a keyed hash. It is public; it tells nothing
// about the report and does not lead back to the receipt.
type ID string

// ParseID reads an ID, forgiving lower case, spaces, dashes and the letters
// that Crockford reads as digits. It returns ErrMalformed otherwise.
func ParseID(s string) (ID, error) {
	c, ok := canonical(s, idLength)
	if !ok {
		return "", ErrMalformed
	}
	return ID(c), nil
}

// CaseNumber is the ID as people see it: the jurisdiction's prefix, a dash,
// and the ID in groups of four, as in AG-7K3M-9Q2X-B4TD.
func (id ID) CaseNumber(prefix string) string {
	return prefix + "-" + grouped(string(id), 4)
}

// ParseCaseNumber reads what CaseNumber wrote, with or without the prefix and
// as forgiving as ParseID. It returns ErrMalformed otherwise.
func ParseCaseNumber(prefix, s string) (ID, error) {
	s = strings.TrimSpace(s)
	if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) && strings.ContainsRune("- ", rune(s[len(prefix)])) {
		s = s[len(prefix)+1:]
	}
	return ParseID(s)
}

// canonical maps s to exactly n characters of the alphabet.
func canonical(s string, n int) (string, bool) {
	if len(s) > 3*n { // nobody separates every character by more than that
		return "", false
	}
	out := make([]byte, 0, n)
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-', '\u2010', '\u2011', '\u2013':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 'Z' || !strings.ContainsRune(crockford, r) {
			return "", false
		}
		out = append(out, byte(r))
	}
	return string(out), len(out) == n
}

// grouped puts a dash after every n characters.
func grouped(s string, n int) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%n == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// encode writes the first n*5 bits of b in the alphabet.
func encode(b []byte, n int) string {
	out := make([]byte, n)
	for i := range out {
		bit := i * 5
		v := uint16(b[bit/8]) << 8
		if bit/8+1 < len(b) {
			v |= uint16(b[bit/8+1])
		}
		out[i] = crockford[v>>(11-bit%8)&31]
	}
	return string(out)
}
