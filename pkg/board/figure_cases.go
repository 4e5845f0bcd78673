package board

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// Set names the cases behind a figure.
type Set string

// The sets. Received: the whole population. Open: those not resolved now.
// Measured: those whose clock has stopped. Running: those whose clock has not.
// Late: those whose clock is running and has run longer than the population's
// P90.
const (
	SetReceived Set = "received"
	SetOpen     Set = "open"
	SetMeasured Set = "measured"
	SetRunning  Set = "running"
	SetLate     Set = "late"
)

// FigureQuery asks for a page of the cases behind a figure.
type FigureQuery struct {
	Population
	Clock report.Clock // one of Clocks
	Set   Set
	Limit int    // at least 1
	After string // FigurePage.Next of the page before
}

// FigureCase is a case and what its clock shows at Population.AsOf.
type FigureCase struct {
	Row
	Elapsed time.Duration
}

// FigurePage is an answer to a FigureQuery. AsOf is that of the first page.
type FigurePage struct {
	Cases []FigureCase
	Next  string // empty when there are no more
	Total int
}

// candidate is a case in the order of a FigureQuery.
type candidate struct {
	key     int64 // smaller comes first
	id      report.ID
	slot    int
	elapsed int64
}

func (c candidate) before(other candidate) bool {
	return cmp.Or(cmp.Compare(c.key, other.key), cmp.Compare(c.id, other.id)) < 0
}

// FigureCases returns a page of the cases behind a figure: of measured and
// late ones the slowest first, of the others the oldest first. It returns
// ErrCursor when After is none.
func (b *Board) FigureCases(q FigureQuery) (FigurePage, error) {
	clock := slices.Index(Clocks[:], q.Clock)
	if clock < 0 {
		return FigurePage{}, fmt.Errorf("board: no figures of clock %q", q.Clock)
	}
	var after *candidate
	if q.After != "" {
		c, asOf, err := parseFigureCursor(q.After)
		if err != nil {
			return FigurePage{}, err
		}
		after, q.AsOf = &c, asOf
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	f := b.filter(q.Population)
	limit := int64(-1)
	if q.Set == SetLate {
		if limit = b.p90(f, clock); limit < 0 {
			return FigurePage{}, nil
		}
	}
	var page FigurePage
	first := top[candidate]{limit: q.Limit + 1, before: candidate.before}
	for slot := range b.measures {
		m := &b.measures[slot]
		if !f.takes(m) || !q.Set.has(m, clock, f, limit) {
			continue
		}
		page.Total++
		c := candidate{key: m.received, id: b.order[slot].ID, slot: slot, elapsed: m.elapsed[clock]}
		if c.elapsed == running {
			c.elapsed = f.waited(m)
		}
		if q.Set == SetMeasured {
			c.key = -c.elapsed
		}
		if after == nil || after.before(c) {
			first.offer(c)
		}
	}
	if len(first.items) > q.Limit {
		first.items = first.items[:q.Limit]
		page.Next = figureCursor(first.items[q.Limit-1], q.AsOf)
	}
	page.Cases = make([]FigureCase, len(first.items))
	for i, c := range first.items {
		page.Cases[i] = FigureCase{b.order[c.slot].Row, time.Duration(c.elapsed) * time.Millisecond}
	}
	return page, nil
}

func (s Set) has(m *measure, clock int, f filter, limit int64) bool {
	switch s {
	case SetOpen:
		return m.open
	case SetMeasured:
		return m.elapsed[clock] != running
	case SetRunning:
		return m.elapsed[clock] == running
	case SetLate:
		return m.elapsed[clock] == running && f.waited(m) > limit
	}
	return true
}

// p90 is the 90th percentile of a clock in milliseconds, -1 if none stopped.
func (b *Board) p90(f filter, clock int) int64 {
	var stopped []int64
	for i := range b.measures {
		if m := &b.measures[i]; f.takes(m) && m.elapsed[clock] != running {
			stopped = append(stopped, m.elapsed[clock])
		}
	}
	if len(stopped) == 0 {
		return -1
	}
	return nth(stopped, rank(len(stopped), 90))
}

// figureCursor remembers the moment too: otherwise the window would move and
// more cases would become late between two pages.
func figureCursor(c candidate, asOf time.Time) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "f %d %d %s", asOf.UnixMilli(), c.key, c.id))
}

func parseFigureCursor(s string) (c candidate, asOf time.Time, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, asOf, ErrCursor
	}
	var ms int64
	if n, err := fmt.Sscanf(string(raw), "f %d %d %s", &ms, &c.key, &c.id); err != nil || n != 3 {
		return c, asOf, ErrCursor
	}
	return c, time.UnixMilli(ms).UTC(), nil
}
