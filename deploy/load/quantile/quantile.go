// Package quantile describes measured durations by exact percentiles. Means
// are not reported: they hide the answers that somebody waited for.
package quantile

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Summary describes a set of durations.
type Summary struct {
	N   int    `json:"n"`
	P50 Millis `json:"p50_ms"`
	P90 Millis `json:"p90_ms"`
	P99 Millis `json:"p99_ms"`
	Max Millis `json:"max_ms"`
}

// Millis is a duration in milliseconds, to the microsecond.
type Millis float64

func millis(d time.Duration) Millis { return Millis(d.Round(time.Microsecond)) / 1e6 }

// String writes the duration for people, in ms, or in s from ten seconds on.
func (m Millis) String() string {
	if m >= 10_000 {
		return fmt.Sprintf("%.1f s", float64(m)/1000)
	}
	return fmt.Sprintf("%.1f ms", float64(m))
}

// Of summarises the durations, which it sorts. Without any, all are zero.
func Of(durations []time.Duration) Summary {
	slices.Sort(durations)
	s := Summary{N: len(durations), P50: millis(At(durations, 0.50)), P90: millis(At(durations, 0.90)), P99: millis(At(durations, 0.99))}
	if s.N > 0 {
		s.Max = millis(durations[s.N-1])
	}
	return s
}

// At returns the nearest-rank quantile q, 0 < q ≤ 1, of sorted durations: the
// smallest that at least the share q does not exceed, so always a measured
// one. It is zero if there are none.
func At(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
