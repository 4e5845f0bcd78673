package client

import "context"

// Officers are accounts at work.
type Officers struct{ cfg OfficersConfig }

// NewOfficers makes officers.
func NewOfficers(cfg OfficersConfig) *Officers { return &Officers{cfg: cfg.withDefaults()} }

// Run works until ctx ends: each account logs in, takes cases from its queue,
// replies, notes, transfers and resolves. What is asked when ctx ends is still
// answered and recorded.
func (o *Officers) Run(ctx context.Context) { panic("to come") }

// Acknowledged returns how many actions were answered with 201 until now.
func (o *Officers) Acknowledged() int { panic("to come") }
