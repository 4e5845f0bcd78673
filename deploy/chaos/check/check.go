// Package check compares what clients were told with what is there: the
// history of a run with the journal and with every desk's board, in the manner
// of Jepsen's set tests. It reads the database itself and not through
// pkg/journal: the code that is tested must not be what finds its faults.
package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
)

// Input is what to check.
type Input struct {
	History history.History
	Journal Journal
	Desks   []Desk
	Bounds  Bounds

	// Planted are the IDs of reports that the harness damaged on purpose.
	// What is found about them does not count.
	Planted []string

	// Settle is how long that which comes right by itself may take: what is
	// found is looked at again until then. 0: looked at once.
	Settle time.Duration
}

// Journal is where the database is.
type Journal struct{ URI, Database string }

// Desk is a replica of the desk and an account that sees every case: a
// supervisor of the province.
type Desk struct {
	Name      string // as findings name it
	URL       string
	Account   client.Account
	Transport http.RoundTripper // nil: a plain one
}

// Bounds are the promises in figures. Zero values mean the defaults; a
// negative one switches its check off.
type Bounds struct {
	// Route is how long after its acceptance, or after the last fault if that
	// was later, a report may wait for a unit; default 60 s.
	Route time.Duration
	// Return is how long after the last fault requests may still fail;
	// default 60 s.
	Return time.Duration
	// Refuse is how soon intake must say that it cannot take a request now;
	// default 3 s. RefuseDesk is the desk's; default 3 s.
	Refuse, RefuseDesk time.Duration
	// Tolerance is added to Refuse and RefuseDesk for the way to the client and
	// a machine that is busy; default 500 ms.
	Tolerance time.Duration
	// Skew is how far the programs' clocks may be apart. Where it is not 0
	// times in the journal prove little, and only what clients saw counts.
	Skew time.Duration
}

// Result of a check.
type Result struct {
	Findings []Finding // none: all is well
	Figures  Figures
	Settled  time.Duration // how long it took until nothing was left that may go away by itself
	State    State         // that was looked at last
}

// State is what was there: the journal and the boards. It can be kept as JSON
// and compared again later.
type State struct {
	Record Record
	Boards []Board
}

// withDefaults fills in the promises.
func (b Bounds) withDefaults() Bounds {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&b.Route, time.Minute},
		{&b.Return, time.Minute},
		{&b.Refuse, 3 * time.Second},
		{&b.RefuseDesk, 3 * time.Second},
		{&b.Tolerance, 500 * time.Millisecond},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return b
}

// lookEvery is the pause between two looks at a state that is not right yet.
const lookEvery = 2 * time.Second

// Run gathers the state and compares it with the history, again and again for
// Settle while there is something to find that may go away by itself. The
// error says that the journal or a desk could not be read.
func Run(ctx context.Context, in Input) (Result, error) {
	begun := time.Now()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		s, err := Gather(ctx, in)
		settled := time.Since(begun)
		if err == nil {
			r := Compare(in.History, s, in.Bounds, in.Planted...)
			r.Settled, r.State = settled, s
			if settled >= in.Settle || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return passing(f.Kind) }) {
				return r, nil
			}
		} else if settled >= in.Settle {
			return Result{}, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return Result{}, errors.Join(ctx.Err(), err)
		}
	}
}

// Gather reads the boards and then the journal.
func Gather(ctx context.Context, in Input) (State, error) {
	var s State
	for _, d := range in.Desks {
		b, err := readBoard(ctx, d)
		if err != nil {
			return State{}, fmt.Errorf("desk %s: %w", d.Name, err)
		}
		s.Boards = append(s.Boards, b)
	}
	record, err := readRecord(ctx, in.Journal)
	if err != nil {
		return State{}, err
	}
	s.Record = record
	return s, nil
}

func readBoard(ctx context.Context, d Desk) (Board, error) {
	session, err := client.LogIn(ctx, d.URL, d.Transport, d.Account)
	if err != nil {
		return Board{}, err
	}
	b := Board{Desk: d.Name}
	if b.Rows, err = session.Rows(ctx); err != nil {
		return Board{}, err
	}
	b.Census, err = session.Census(ctx)
	return b, err
}
