package soak

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/deploy/load/accept"
)

// rowEvery is how much time a row of the printed table stands for.
const rowEvery = 30 * time.Second

// Result is what was seen.
type Result struct {
	Load    accept.Result `json:"load"`
	Samples []Sample      `json:"samples"`
	judgement
}

// ErrGrowing says that memory grows beside what the board needs.
var ErrGrowing = errors.New("the portal's memory is not flat")

// Complete returns ErrGrowing if memory is not flat, and an error if nothing
// was accepted.
func (r Result) Complete() error {
	if err := r.Load.Complete(); err != nil {
		return err
	}
	if !r.Flat {
		return fmt.Errorf("%w: a minute %s beside what is kept, %s beside the heap", ErrGrowing, mib(r.BesideKept), mib(r.BesideHeap))
	}
	return nil
}

// Print writes the result for people: a row for every half minute.
func (r Result) Print(w io.Writer) error {
	if err := r.Load.Print(w); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\nafter\taccepted\tresident\tlive heap\tlive beside what is kept\tresident beside the heap\t\n")
	next := time.Duration(0)
	for i, s := range r.Samples {
		if s.At < next && i < len(r.Samples)-1 {
			continue
		}
		next = s.At.Truncate(rowEvery) + rowEvery
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t\n", s.At.Round(time.Second), s.Accepted,
			mib(float64(s.Resident)), mib(float64(s.Live)), mib(float64(s.besideKept())), mib(float64(s.besideHeap())))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	verdict := "flat"
	if !r.Flat {
		verdict = "NOT FLAT"
	}
	_, err := fmt.Fprintf(w, `
Growth a minute, without the first two fifths of the run:
  resident                        %s, %.0f bytes per accepted report
  live heap                       %s
  live heap beside what is kept   %s: board and ledger keep %d bytes of each report
  resident beside the heap        %s: Go lets a heap grow to %d times what is live
%s: both of the latter are to be less than %s
`, mib(r.Resident), r.PerReport, mib(r.Live), mib(r.BesideKept), keptBytes, mib(r.BesideHeap), collector, verdict, mib(flat))
	return err
}

func mib(bytes float64) string { return fmt.Sprintf("%.1f MiB", bytes/(1<<20)) }
