package check

import "time"

// Spread is how long something took, over N cases. Percentiles are nearest
// rank, so each is the value of a real case.
type Spread struct {
	N             int
	P50, P99, Max time.Duration
}

// Figures describe a run.
type Figures struct {
	Requests int            // attempts of all kinds
	Answers  map[string]int // attempts by kind and answer, such as "submit 201", "act none"
	Retries  int            // attempts at submissions beyond the first
	Kills    int            // faults of the kind "kill"
	Faults   map[string]int // by kind

	Submissions  int            // keys that were tried
	Accepted     int            // keys that were answered with 201
	GivenUp      int            // keys that never were
	Stored       int            // reports in the journal
	Orphans      int            // of them, those that nobody was ever told of with 201
	Actions      int            // in the journal
	Acknowledged int            // actions of officers and residents that were answered with 201
	DutyDesk     int            // routed to the duty desk by rule
	Rows         map[string]int // on each board

	ToAccept   Spread        // from the first attempt to the first 201, by the clients' clock
	ToRoute    Spread        // from received to routed, as the journal has it
	ToSeen     Spread        // from the first 201 to the first look of those who wait that showed a unit, by the clients' clock
	LastRouted time.Duration // from the end of the last fault to the last routed action; negative: before it. Without a fault: from the beginning
}
