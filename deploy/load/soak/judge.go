package soak

import "time"

const (
	// keptBytes is what the portal keeps in memory of one accepted report by
	// design: 587 bytes on the board, and 84 in the ledger's index for each of
	// its two entries; see BENCHMARKS.md.
	keptBytes = 587 + 2*84
	// collector is how far Go lets a heap grow before it collects: to twice
	// what is in use (GOGC=100). So much of it becomes resident.
	collector = 2
	// flat is the most by which memory that is flat may seem to grow, in bytes
	// per minute: the heap is known to the MiB, and moves.
	flat = 8 << 20
)

// settled is after which part of a run memory is judged: caches and buffers
// fill first, and the stream remembers for two minutes which messages it has.
func settled(run time.Duration) time.Duration { return run * 2 / 5 }

// judgement is what the samples say. Growth is in bytes per minute.
type judgement struct {
	PerReport  float64 `json:"resident_bytes_per_report"`
	Resident   float64 `json:"resident_growth"`
	Live       float64 `json:"live_growth"`
	BesideKept float64 `json:"live_growth_beside_kept"`
	BesideHeap float64 `json:"resident_growth_beside_heap"`
	Flat       bool    `json:"flat"`
}

// judge looks at the run once it has settled. Memory is flat if neither the
// live heap beside what is kept of each report nor what is resident beside twice
// the live heap grows by 8 MiB a minute.
func judge(samples []Sample) judgement {
	if len(samples) == 0 {
		return judgement{}
	}
	from := settled(samples[len(samples)-1].At)
	var minutes, reports, resident, live, besideKept, besideHeap []float64
	for _, s := range samples {
		if s.At < from {
			continue
		}
		minutes = append(minutes, s.At.Minutes())
		reports = append(reports, float64(s.Accepted))
		resident = append(resident, float64(s.Resident))
		live = append(live, float64(s.Live))
		besideKept = append(besideKept, float64(s.besideKept()))
		besideHeap = append(besideHeap, float64(s.besideHeap()))
	}
	j := judgement{
		PerReport: slope(reports, resident), Resident: slope(minutes, resident), Live: slope(minutes, live),
		BesideKept: slope(minutes, besideKept), BesideHeap: slope(minutes, besideHeap),
	}
	j.Flat = j.BesideKept < flat && j.BesideHeap < flat
	return j
}

// besideKept is the live heap without what is kept of each report.
func (s Sample) besideKept() int64 { return s.Live - keptBytes*s.Accepted }

// besideHeap is the resident memory without the Go heap as it may grow until
// the next collection.
func (s Sample) besideHeap() int64 { return s.Resident - collector*s.Live }

// slope is that of the straight line with the least squared distance from the
// points; 0 if there is none.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	if d := n*sxx - sx*sx; d != 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}
