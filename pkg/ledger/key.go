package ledger

import (
	"math"
	"strconv"
	"strings"

	"github.com/phananh/portal/pkg/report"
)

// Key is the ID of an entry in 16 bytes: an index of millions of entries is
// kept in memory.
type Key struct {
	report uint64 // 12 characters of 5 bits
	n      uint32 // 0: the report itself
}

const (
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	idLength = 12
)

// KeyOf is the key of an entry. It is false for an entry whose ID is none
// that the portal gives.
func KeyOf(id report.ID, n int) (Key, bool) {
	if len(id) != idLength || n < 0 || n > math.MaxUint32 {
		return Key{}, false
	}
	k := Key{n: uint32(n)}
	for i := range len(id) {
		digit := strings.IndexByte(alphabet, id[i])
		if digit < 0 {
			return Key{}, false
		}
		k.report = k.report<<5 | uint64(digit)
	}
	return k, true
}

// ParseKey reads what String writes.
func ParseKey(s string) (Key, bool) {
	id, n, err := report.SplitEntryID(s)
	if err != nil {
		return Key{}, false
	}
	return KeyOf(id, n)
}

// KeyOfEntry is KeyOf the entry's ID.
func KeyOfEntry(e report.Entry) (Key, bool) {
	if e.Report != nil {
		return KeyOf(e.Report.ID, 0)
	}
	if e.Action.N < 1 {
		return Key{}, false
	}
	return KeyOf(e.Action.Report, e.Action.N)
}

// Report is the ID of the report that the entry belongs to.
func (k Key) Report() report.ID {
	var id [idLength]byte
	for i, bits := idLength-1, k.report; i >= 0; i, bits = i-1, bits>>5 {
		id[i] = alphabet[bits&31]
	}
	return report.ID(id[:])
}

// ReportKey is the key of that report.
func (k Key) ReportKey() Key { return Key{report: k.report} }

// N is the number of the action, 0 for a report.
func (k Key) N() int { return int(k.n) }

// String is the entry's ID in the journal.
func (k Key) String() string {
	if k.n == 0 {
		return string(k.Report())
	}
	return string(k.Report()) + "/" + strconv.FormatUint(uint64(k.n), 10)
}
