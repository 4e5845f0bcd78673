// Package table turns measurements into medians and Markdown.
package table

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Row is one measurement: one contender, one number of connections, one round.
type Row struct {
	Contender   string
	Connections int
	PerSecond   float64
	P50, P99    time.Duration
	ServerCPU   time.Duration // per good answer
	ClientCPU   time.Duration // per good answer
	Flushes     float64       // of the disk, per second; less than 0: not known
	Errors      map[string]int
}

// Table holds the rows of all rounds.
type Table struct{ rows []Row }

// Add adds a measurement.
func (t *Table) Add(r Row) { t.rows = append(t.rows, r) }

// Median returns the median of each figure over the rounds, and the sum of the
// errors; ok is false if nothing was measured.
func (t *Table) Median(contender string, connections int) (m Row, ok bool) {
	var rounds []Row
	m = Row{Contender: contender, Connections: connections, Errors: map[string]int{}}
	for _, r := range t.rows {
		if r.Contender == contender && r.Connections == connections {
			rounds = append(rounds, r)
			for cause, n := range r.Errors {
				m.Errors[cause] += n
			}
		}
	}
	if len(rounds) == 0 {
		return m, false
	}
	m.PerSecond = median(rounds, func(r Row) float64 { return r.PerSecond })
	m.P50 = median(rounds, func(r Row) time.Duration { return r.P50 })
	m.P99 = median(rounds, func(r Row) time.Duration { return r.P99 })
	m.ServerCPU = median(rounds, func(r Row) time.Duration { return r.ServerCPU })
	m.ClientCPU = median(rounds, func(r Row) time.Duration { return r.ClientCPU })
	m.Flushes = median(rounds, func(r Row) float64 { return r.Flushes })
	return m, true
}

// median of an even number of rounds is the lower of the two in the middle, so
// that it is always a measured one.
func median[T cmp.Ordered](rounds []Row, of func(Row) T) T {
	values := make([]T, len(rounds))
	for i, r := range rounds {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// Ratio is how many times the requests per second of another contender one
// has; 0 if either was not measured.
func (t *Table) Ratio(contender, other string, connections int) float64 {
	a, okA := t.Median(contender, connections)
	b, okB := t.Median(other, connections)
	if !okA || !okB || b.PerSecond == 0 {
		return 0
	}
	return a.PerSecond / b.PerSecond
}

// Write writes the medians as a Markdown table. The last column compares the
// first contender with each of the others.
func (t *Table) Write(w io.Writer, contenders []string, connections []int) error {
	var b strings.Builder
	b.WriteString("| connections | what | requests/s | p50 | p99 | errors | CPU per request: server, client | disk flushes/s | first ÷ this |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, n := range connections {
		for _, name := range contenders {
			m, ok := t.Median(name, n)
			if !ok {
				continue
			}
			flushes := "–"
			if m.Flushes >= 0 {
				flushes = fmt.Sprintf("%.0f", m.Flushes)
			}
			fmt.Fprintf(&b, "| %d | %s | %.0f | %s | %s | %s | %d µs, %d µs | %s | %.2f |\n",
				n, name, m.PerSecond, millis(m.P50), millis(m.P99), faults(m.Errors),
				m.ServerCPU.Microseconds(), m.ClientCPU.Microseconds(), flushes, t.Ratio(contenders[0], name, n))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func faults(errors map[string]int) string {
	if len(errors) == 0 {
		return "0"
	}
	var parts []string
	for _, cause := range slices.Sorted(maps.Keys(errors)) {
		parts = append(parts, fmt.Sprintf("%d × %s", errors[cause], cause))
	}
	return strings.Join(parts, ", ")
}
