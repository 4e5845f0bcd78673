package check

import (
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/pkg/report"
)

// Record is the journal as it was read from the database.
type Record struct {
	Reports []report.Report
	Actions []Stored
	Outbox  []Marker
	Damaged []Document
}

// Stored is an action with the _id under which it is stored.
type Stored struct {
	ID string
	report.Action
}

// Marker is an entry of the outbox.
type Marker struct {
	ID      string
	At      time.Time
	Entries []string
}

// Document is one that could not be read.
type Document struct {
	Collection, ID, Fault string
}

// Board is what one desk shows to somebody who sees everything.
type Board struct {
	Desk string
	Rows []client.Row
	client.Census
}
