package board

import (
	"slices"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// Clocks lists the clocks of which figures are made, in the order in which
// Line.Clocks holds them.
var Clocks = [...]report.Clock{report.ToAcknowledge, report.ToReply, report.ToResolve}

const clocks = len(Clocks)

// running marks a clock that has not stopped.
const running = -1

// measure is a case's intervals, in one row of a dense table: a figure reads
// all of them, one after another. Times and intervals are in milliseconds.
type measure struct {
	received int64
	elapsed  [clocks]int64 // or running
	unit     uint16        // in codes
	category uint16
	open     bool
}

// codes numbers the codes of units and categories.
type codes struct {
	at    map[string]uint16
	names []string
}

func (c *codes) number(code string) uint16 {
	n, ok := c.at[code]
	if !ok {
		n = uint16(len(c.names))
		c.at[code] = n
		c.names = append(c.names, code)
	}
	return n
}

func (c *codes) measure(r Row) measure {
	m := measure{
		received: r.ReceivedAt.UnixMilli(),
		unit:     c.number(r.Unit), category: c.number(r.Category), open: r.State.Open(),
	}
	for i, clock := range Clocks {
		m.elapsed[i] = running
		if d, stopped := r.Elapsed(clock, r.ReceivedAt, r.ReceivedAt); stopped {
			m.elapsed[i] = d.Milliseconds()
		}
	}
	return m
}

// Population says which cases a figure is about: those received within some
// days before a moment that are with one of the units now.
type Population struct {
	Days     int
	AsOf     time.Time
	Units    []string // nil: all, with those that no unit has yet
	Category string   // empty: all
}

// Since is the beginning of the population's time.
func (p Population) Since() time.Time { return p.AsOf.AddDate(0, 0, -p.Days) }

// filter is a population in the numbers of a board.
type filter struct {
	since, asOf int64
	units       []bool // by number; nil: all
	category    int    // -1: all
}

func (b *Board) filter(p Population) filter {
	f := filter{since: p.Since().UnixMilli(), asOf: p.AsOf.UnixMilli(), category: -1}
	if p.Units != nil {
		f.units = make([]bool, len(b.codes.names))
		for n, code := range b.codes.names {
			f.units[n] = slices.Contains(p.Units, code)
		}
	}
	if p.Category != "" {
		f.category = int(^uint16(0)) // none has this number unless the code is known
		if n, ok := b.codes.at[p.Category]; ok {
			f.category = int(n)
		}
	}
	return f
}

func (f filter) takes(m *measure) bool {
	return m.received >= f.since && (f.units == nil || f.units[m.unit]) && (f.category < 0 || int(m.category) == f.category)
}

// waited is how long a running clock has run.
func (f filter) waited(m *measure) int64 { return max(0, f.asOf-m.received) }
