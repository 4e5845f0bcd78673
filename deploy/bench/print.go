package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/phananh/portal/deploy/bench/contender"
)

// The goals of the accept path: so many times PocketBase's requests per second
// at these numbers of connections, and no slower than this at 64.
const (
	goalRatio       = 2
	goalP99Millis   = 50
	goalConnections = 64
)

// print prints the facts, the table, and how the goals stand.
func (b *bench) print(w io.Writer, all []contender.Contender, syncs [2]float64) error {
	var s strings.Builder
	fmt.Fprintf(&s, "Machine: %d cores, %s, %s, %s. Medians of %d rounds of %s each, after %s that are not counted, every\n",
		runtime.NumCPU(), processor(), kernel(), runtime.Version(), b.Rounds, b.Duration, b.Warmup)
	s.WriteString("measurement on fresh processes and an empty folder. Client and servers share the cores. The records in the files were\ncounted after each: as many as were answered.\n\n")
	fmt.Fprintf(&s, "Disk: append 4 KiB and fdatasync, %.0f/s with one writer, %.0f/s with two.\n\n", syncs[0], syncs[1])
	s.WriteString("What is on the disk when a record is answered:\n\n")
	s.WriteString("- the portal: the whole commit. The engine is set to WAL and synchronous=FULL: every commit is synced first.\n")
	for _, c := range all {
		if says := b.says[c.Name]; says != "" {
			fmt.Fprintf(&s, "- %s: %s: %s.\n", c.Name, says, meaning(says))
		}
	}
	s.WriteString("\n")
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	if err := b.table.Write(&s, names, b.Connections); err != nil {
		return err
	}
	s.WriteString("\n")
	for _, n := range b.Connections {
		for _, other := range names[1:4] {
			if ratio := b.table.Ratio(names[0], other, n); ratio > 0 {
				goal := fmt.Sprintf("no goal below %d", goalConnections)
				if n >= goalConnections {
					goal = fmt.Sprintf("goal %d: %s", goalRatio, met(ratio >= goalRatio))
				}
				fmt.Fprintf(&s, "- %d connections: %.2f × %s (%s)\n", n, ratio, other, goal)
			}
		}
	}
	if m, ok := b.table.Median(names[0], goalConnections); ok {
		fmt.Fprintf(&s, "- p99 at %d connections: %d ms (goal at most %d ms: %s)\n", goalConnections, m.P99.Milliseconds(), goalP99Millis, met(m.P99.Milliseconds() <= goalP99Millis))
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// meaning explains SQLite's setting in WAL mode.
// Source: https://www.sqlite.org/pragma.html#pragma_synchronous
func meaning(says string) string {
	if strings.HasSuffix(says, "NORMAL") {
		return "nothing is sure to be; a power cut may take the last commits, the file stays whole"
	}
	return "the whole commit"
}

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "missed"
}

// processor is the processor's name, as far as the system tells it.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOARCH
}

// kernel is the system's name and version.
func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return runtime.GOOS
	}
	return "Linux " + strings.TrimSpace(string(b))
}
