package client

import "time"

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

// page is a part of a list of cases.
type page struct {
	Cases []Row   `json:"cases"`
	Next  *string `json:"next"`
	Total int     `json:"total"`
}
