// Package check compares what clients were told with what is there: the
// history of a run with the journal and with every desk's board, in the manner
// of Jepsen's set tests. It reads the database itself and not through
// pkg/journal: the code that is tested must not be what finds its faults.
package check

import (
	"context"
	"net/http"
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
	// default 3 s. RefuseDesk is the desk's; default 5 s.
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
	Settled  time.Duration // how long it took until there was nothing to find any more
}

// State is what was there: the journal and the boards. It can be kept as JSON
// and compared again later.
type State struct {
	Record Record
	Boards []Board
}

// Run gathers the state and compares it with the history. The error says that
// the journal or a desk could not be read.
func Run(ctx context.Context, in Input) (Result, error) { panic("to come") }

// Gather reads the journal and the boards.
func Gather(ctx context.Context, in Input) (State, error) { panic("to come") }

// Compare finds what is wrong with a state after a history.
func Compare(h history.History, s State, b Bounds, planted ...string) Result { panic("to come") }
