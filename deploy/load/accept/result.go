package accept

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Complete returns an error if nothing was accepted: then nothing was
// measured.
func (r Result) Complete() error {
	if r.Accepted == 0 {
		return errors.New("no report was accepted")
	}
	return nil
}

// Print writes the result as a table for people.
func (r Result) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "connections\t%d\n", r.Connections)
	fmt.Fprintf(t, "accepted\t%d in %.1f s\n", r.Accepted, r.Seconds)
	fmt.Fprintf(t, "accepted/s\t%.0f\n", r.PerSecond)
	fmt.Fprintf(t, "p50\t%s\np90\t%s\np99\t%s\nmax\t%s\n", r.Latency.P50, r.Latency.P90, r.Latency.P99, r.Latency.Max)
	if len(r.Errors) == 0 {
		fmt.Fprintf(t, "errors\tnone\n")
	}
	for _, status := range slices.Sorted(maps.Keys(r.Errors)) {
		fmt.Fprintf(t, "errors (%s)\t%d\n", status, r.Errors[status])
	}
	return t.Flush()
}
