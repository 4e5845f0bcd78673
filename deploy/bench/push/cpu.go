package push

import (
	"bytes"
	"syscall"
	"time"
)

// processCPU is what this process has used of the processors so far.
func processCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// contains says whether the answer has the mark; no mark is in every answer.
func contains(answer, mark []byte) bool { return len(mark) == 0 || bytes.Contains(answer, mark) }
