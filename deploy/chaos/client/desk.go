package client

import (
	"context"
	"net/http"
	"time"
)

// Row is a case as a desk lists it.
type Row struct {
	CaseNumber string    `json:"case_number"`
	Category   string    `json:"category"`
	Urgent     bool      `json:"urgent"`
	State      string    `json:"state"`
	Unit       string    `json:"unit"`
	District   string    `json:"district"`
	Commune    string    `json:"commune"`
	Ongoing    bool      `json:"ongoing"`
	ReceivedAt time.Time `json:"received_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Assignee   *Assignee `json:"assignee"`
	Unanswered bool      `json:"unanswered"`
	Last       int       `json:"last"`
	Outcome    *string   `json:"outcome"`
	Transfers  int       `json:"transfers"`
	Reopenings int       `json:"reopenings"`
}

// Assignee is who claimed a case.
type Assignee struct {
	Username string `json:"username"`
}

// Desk is a session at one desk.
type Desk struct{}

// LogIn begins a session at the desk with a base URL.
func LogIn(ctx context.Context, base string, transport http.RoundTripper, who Account) (*Desk, error) {
	panic("to come")
}

// Rows reads all cases that the account sees, open and resolved.
func (d *Desk) Rows(ctx context.Context) ([]Row, error) { panic("to come") }

// Digest reads the digest of the desk's board; empty if the desk has none.
func (d *Desk) Digest(ctx context.Context) (string, error) { panic("to come") }
