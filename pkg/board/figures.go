package board

import (
	"slices"
	"time"
)

// Line is the figures of a group of cases.
type Line struct {
	Received int // all of them
	Open     int // not resolved now
	Clocks   [clocks]ClockFigures
}

// ClockFigures is how long one clock took. P50 and P90 are nearest-rank
// percentiles, so each is the value of a real case, and zero where N is 0.
type ClockFigures struct {
	N        int // clocks that have stopped
	Running  int // clocks that have not
	P50, P90 time.Duration
	Late     int // still running and already longer than P90
}

// Figures are the response times of a population.
type Figures struct {
	All        Line
	ByUnit     map[string]Line
	ByCategory map[string]Line
}

// group gathers the intervals of a group of cases.
type group struct {
	received, open int
	stopped        [clocks][]int64
	waiting        [clocks][]int64 // how long the running ones have run
}

func (g *group) add(m *measure, f filter) {
	g.received++
	if m.open {
		g.open++
	}
	for i, d := range m.elapsed {
		if d == running {
			g.waiting[i] = append(g.waiting[i], f.waited(m))
		} else {
			g.stopped[i] = append(g.stopped[i], d)
		}
	}
}

func (g *group) join(other *group) {
	g.received += other.received
	g.open += other.open
	for i := range clocks {
		g.stopped[i] = append(g.stopped[i], other.stopped[i]...)
		g.waiting[i] = append(g.waiting[i], other.waiting[i]...)
	}
}

// line computes the figures; it changes the order of what was gathered.
func (g *group) line() Line {
	l := Line{Received: g.received, Open: g.open}
	for i := range clocks {
		l.Clocks[i] = figuresOf(g.stopped[i], g.waiting[i])
	}
	return l
}

func figuresOf(stopped, waiting []int64) ClockFigures {
	n := len(stopped)
	if n == 0 {
		return ClockFigures{Running: len(waiting)}
	}
	high := rank(n, 90)
	p90 := nth(stopped, high)
	p50 := nth(stopped[:high+1], rank(n, 50))
	c := ClockFigures{N: n, Running: len(waiting), P50: time.Duration(p50) * time.Millisecond, P90: time.Duration(p90) * time.Millisecond}
	for _, d := range waiting {
		if d > p90 {
			c.Late++
		}
	}
	return c
}

// rank is the index of the nearest-rank percentile among n sorted values.
func rank(n, percent int) int { return (n*percent+99)/100 - 1 }

// Figures computes the figures of a population: exactly, from every case.
func (b *Board) Figures(p Population) Figures {
	byUnit, byCategory := b.gather(p)
	var all group
	for _, g := range byUnit {
		all.join(g)
	}
	out := Figures{All: all.line(), ByUnit: map[string]Line{}, ByCategory: map[string]Line{}}
	for code, g := range byUnit {
		out.ByUnit[code] = g.line()
	}
	for code, g := range byCategory {
		out.ByCategory[code] = g.line()
	}
	return out
}

// gather reads the table once, under the lock; the rest is done outside it.
func (b *Board) gather(p Population) (byUnit, byCategory map[string]*group) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	f := b.filter(p)
	units, categories := make([]*group, len(b.codes.names)), make([]*group, len(b.codes.names))
	for i := range b.measures {
		m := &b.measures[i]
		if !f.takes(m) {
			continue
		}
		for _, g := range []**group{&units[m.unit], &categories[m.category]} {
			if *g == nil {
				*g = &group{}
			}
			(*g).add(m, f)
		}
	}
	return b.codes.named(units), b.codes.named(categories)
}

func (c *codes) named(groups []*group) map[string]*group {
	out := map[string]*group{}
	for n, g := range groups {
		if g != nil {
			out[c.names[n]] = g
		}
	}
	return out
}

// nth puts the kth smallest value at v[k], smaller or equal ones before it,
// and returns it. Source: C. A. R. Hoare, "Algorithm 65: Find", 1961.
func nth(v []int64, k int) int64 {
	low, high := 0, len(v)-1
	for low < high {
		pivot := middle(v[low], v[low+(high-low)/2], v[high])
		i, j := low, high
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return v[k]
		}
	}
	return v[k]
}

func middle(x, y, z int64) int64 {
	three := []int64{x, y, z}
	slices.Sort(three)
	return three[1]
}
