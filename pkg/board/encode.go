package board

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// errShort says that encoded data end too early or make no sense.
var errShort = errors.New("data end too early or make no sense")

// Bits of a row.
const (
	bitUrgent = 1 << iota
	bitOngoing
	bitUnanswered
	bitRouted
	bitAcknowledged
	bitReplied
	bitResolved
	bitDamaged // the report
)

// Snapshot encodes what the board knows: its cases and gaps, without order of
// arrival, so that boards that know the same encode to the same bytes.
func (b *Board) Snapshot() []byte {
	rows, gaps := b.copied()
	w := encodeRows(rows)
	w.number(uint64(len(gaps)))
	for _, g := range gaps {
		w.text(string(g.Report))
		w.number(uint64(g.To))
	}
	return w.buf
}

// encodeRows sorts cases by ID and encodes them.
func encodeRows(rows []Row) *writer {
	slices.SortFunc(rows, func(x, y Row) int { return cmp.Compare(x.ID, y.ID) })
	w := &writer{at: map[string]uint64{}}
	w.number(uint64(len(rows)))
	for i := range rows {
		w.row(&rows[i])
	}
	return w
}

// copied takes what a snapshot needs, so that the board is not held up by
// the encoding.
func (b *Board) copied() ([]Row, []Gap) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	rows := make([]Row, len(b.order))
	for i, e := range b.order {
		rows[i] = e.Row
	}
	return rows, b.listGaps()
}

// restore fills an empty board from a snapshot. Of a gap only its extent is
// known: what was kept back is read from the journal.
func (b *Board) restore(snapshot []byte) error {
	r := reader{buf: snapshot}
	for range r.count() {
		if r.failed {
			break
		}
		row := r.row()
		if _, twice := b.cases[row.ID]; twice || row.ID == "" {
			return errShort
		}
		b.insert(b.names.row(row))
	}
	for range r.count() {
		id := report.ID(r.text())
		b.gaps[id] = &waiting{to: int(r.number()), kept: map[int]report.Action{}}
	}
	if r.failed || len(r.buf) > 0 {
		return errShort
	}
	return nil
}

// writer appends numbers and texts; a code is written once and referred to by
// its number afterwards.
type writer struct {
	buf []byte
	at  map[string]uint64
}

func (w *writer) number(n uint64) { w.buf = binary.AppendUvarint(w.buf, n) }

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) code(s string) {
	n, known := w.at[s]
	if !known {
		n = uint64(len(w.at))
		w.at[s] = n
	}
	w.number(n)
	if !known {
		w.text(s)
	}
}

func (w *writer) since(begin, t time.Time) {
	w.buf = binary.AppendVarint(w.buf, t.UnixMilli()-begin.UnixMilli())
}

func (w *writer) row(r *Row) {
	w.text(string(r.ID))
	for _, s := range []string{r.Category, r.District, r.Commune, string(r.State), r.Unit, r.Assignee, string(r.Outcome)} {
		w.code(s)
	}
	bits := byte(0)
	for _, flag := range []struct {
		on  bool
		bit byte
	}{
		{r.Urgent, bitUrgent}, {r.Ongoing, bitOngoing}, {r.Unanswered, bitUnanswered},
		{!r.RoutedAt.IsZero(), bitRouted}, {!r.AcknowledgedAt.IsZero(), bitAcknowledged},
		{!r.RepliedAt.IsZero(), bitReplied}, {!r.ResolvedAt.IsZero(), bitResolved},
		{r.Damage.Report, bitDamaged},
	} {
		if flag.on {
			bits |= flag.bit
		}
	}
	w.buf = append(w.buf, bits)
	w.number(uint64(r.Last))
	w.number(uint64(r.Transfers))
	w.number(uint64(r.Reopenings))
	w.number(uint64(r.Damage.Action))
	w.since(time.UnixMilli(0), r.ReceivedAt)
	w.since(r.ReceivedAt, r.UpdatedAt)
	for _, t := range []time.Time{r.RoutedAt, r.AcknowledgedAt, r.RepliedAt, r.ResolvedAt} {
		if !t.IsZero() {
			w.since(r.ReceivedAt, t)
		}
	}
}

// reader undoes writer. After a failure it returns zero values.
type reader struct {
	buf    []byte
	codes  []string
	failed bool
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.failed, r.buf = true, nil
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

// count is a number of things that each take at least one byte.
func (r *reader) count() uint64 {
	n := r.number()
	if n > uint64(len(r.buf)) {
		r.failed, r.buf = true, nil
		return 0
	}
	return n
}

func (r *reader) text() string {
	n := r.count()
	s := string(r.buf[:n])
	r.buf = r.buf[n:]
	return s
}

func (r *reader) code() string {
	n := r.number()
	switch known := uint64(len(r.codes)); {
	case n == known && !r.failed:
		r.codes = append(r.codes, r.text())
	case n > known:
		r.failed, r.buf = true, nil
	}
	if r.failed {
		return ""
	}
	return r.codes[n]
}

func (r *reader) since(begin time.Time) time.Time {
	v, n := binary.Varint(r.buf)
	if n <= 0 {
		r.failed, r.buf = true, nil
		return time.Time{}
	}
	r.buf = r.buf[n:]
	return time.UnixMilli(begin.UnixMilli() + v).UTC()
}

func (r *reader) row() Row {
	var row Row
	row.ID = report.ID(r.text())
	row.Category, row.District, row.Commune = r.code(), r.code(), r.code()
	row.State, row.Unit, row.Assignee = report.State(r.code()), r.code(), r.code()
	row.Outcome = report.Outcome(r.code())
	if len(r.buf) == 0 {
		r.failed = true
		return row
	}
	bits := r.buf[0]
	r.buf = r.buf[1:]
	row.Urgent, row.Ongoing, row.Unanswered = bits&bitUrgent != 0, bits&bitOngoing != 0, bits&bitUnanswered != 0
	row.Damage.Report = bits&bitDamaged != 0
	row.Last, row.Transfers, row.Reopenings = int(r.number()), int(r.number()), int(r.number())
	row.Damage.Action = int(r.number())
	row.ReceivedAt = r.since(time.UnixMilli(0))
	row.UpdatedAt = r.since(row.ReceivedAt)
	for _, t := range []struct {
		at  *time.Time
		bit byte
	}{
		{&row.RoutedAt, bitRouted}, {&row.AcknowledgedAt, bitAcknowledged},
		{&row.RepliedAt, bitReplied}, {&row.ResolvedAt, bitResolved},
	} {
		if bits&t.bit != 0 {
			*t.at = r.since(row.ReceivedAt)
		}
	}
	return row
}
