package bus

import "sync/atomic"

// Counts says what became of the announcements of accepted reports that were
// handed out as work, since this process began. A process counts what was
// handed to it; that an announcement ended is counted by one of the processes
// that share the work.
type Counts struct {
	Delivered     uint64 // handed to this process, repeats included
	Redelivered   uint64 // of them, those that had been handed out before
	Terminated    uint64 // ended because a handler gave up or nothing could be read
	MaxDeliveries uint64 // ended because they had been handed out too often
}

type counters struct{ delivered, redelivered, terminated, maxDeliveries atomic.Uint64 }

// Counts returns the present counts.
func (b *Bus) Counts() Counts {
	return Counts{
		Delivered:     b.counters.delivered.Load(),
		Redelivered:   b.counters.redelivered.Load(),
		Terminated:    b.counters.terminated.Load(),
		MaxDeliveries: b.counters.maxDeliveries.Load(),
	}
}
