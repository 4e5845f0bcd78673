package soak

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Memory is what a process uses, in bytes.
type Memory struct {
	Resident int64 `json:"resident"`
	Live     int64 `json:"live"` // Go heap in use after the latest collection; 0 before the first
}

// Process reads the memory of a Go process of this machine: what is resident
// as Linux tells it, and the live heap from the file that its collector writes
// to with GODEBUG=gctrace=1.
func Process(pid int, trace string) (Memory, error) {
	resident, err := resident(pid)
	if err != nil {
		return Memory{}, fmt.Errorf("read the portal's memory: %w", err)
	}
	live, err := live(trace)
	if err != nil {
		return Memory{}, fmt.Errorf("read the collector's trace: %w", err)
	}
	return Memory{resident, live}, nil
}

func resident(pid int) (int64, error) {
	name := fmt.Sprintf("/proc/%d/status", pid)
	b, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("%s does not tell VmRSS", name)
}

// collection is the part of a trace's line that tells the heap at the start and
// at the end of a collection, and what of it is live, in MiB.
// Source: https://pkg.go.dev/runtime, Environment Variables, gctrace.
var collection = regexp.MustCompile(`(?m)^gc \d+ .* \d+->\d+->(\d+) MB, `)

// traceTail is how much of a trace's end holds its latest line, in bytes.
const traceTail = 8 << 10

func live(trace string) (_ int64, err error) {
	f, err := os.Open(trace)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	b, err := io.ReadAll(io.NewSectionReader(f, max(0, end-traceTail), traceTail))
	if err != nil {
		return 0, err
	}
	found := collection.FindAllSubmatch(b, -1)
	if len(found) == 0 {
		return 0, nil
	}
	mib, err := strconv.ParseInt(string(found[len(found)-1][1]), 10, 64)
	return mib << 20, err
}
