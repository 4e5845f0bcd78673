package program

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The collector may let this much garbage gather, but never less than as much
// as is in use, nor more than four times that.
const (
	garbage     = 256 << 20 // bytes
	mostGarbage = 400       // percent
)

// TuneGC makes the garbage collector run less often while little memory is in
// use, where it would cost a fifth of the processor, and as usual once much is.
// It returns when ctx ends; where GOGC is set it does nothing.
func TuneGC(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		debug.SetGCPercent(gcPercent(liveHeap()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// gcPercent is the setting for a heap with so many bytes in use.
func gcPercent(live uint64) int {
	return int(min(max(garbage*100/max(live, 1), 100), mostGarbage))
}

// liveHeap is what was in use at the end of the last collection, in bytes.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
