package client

import (
	"context"
)

// Residents is a population that sends reports.
type Residents struct {
	cfg Config
}

// NewResidents makes a population.
func NewResidents(cfg Config) *Residents { return &Residents{cfg: cfg.withDefaults()} }

// Run sends all reports and returns when each was accepted or given up, or
// when ctx ended; what is asked at that moment is still answered and recorded.
// The error says that the population could not begin at all: no intake listed
// its categories and places.
func (r *Residents) Run(ctx context.Context) error { panic("to come") }

// Stampede sends one report n times at the same moment, spread over all
// intakes; each sender repeats until it is told 201. Then one sends another
// body under the same key.
func (r *Residents) Stampede(ctx context.Context, n int) error { panic("to come") }

// Accepted returns how many reports were answered with 201 until now.
func (r *Residents) Accepted() int { panic("to come") }

// TrackAll looks at every accepted report with its receipt, once everybody has
// stopped acting: what is shown must be the last state.
func (r *Residents) TrackAll(ctx context.Context) error { panic("to come") }
