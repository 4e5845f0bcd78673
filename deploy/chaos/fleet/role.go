package fleet

import "github.com/phananh/portal/pkg/failpoint"

// Role is what a process is for.
type Role string

// The roles.
const (
	Intake Role = "intake"
	Triage Role = "triage"
	Desk   Role = "desk"
	Engine Role = "engine"
	NATS   Role = "nats"
)

// Service says whether the role is one of the product's services, which have
// failpoints and can be replicated at will.
func (r Role) Service() bool { return r == Intake || r == Triage || r == Desk }

// Points lists the failpoints that a process of the role passes.
func (r Role) Points() []failpoint.Name {
	var own []failpoint.Name
	switch r {
	case Intake:
		own = []failpoint.Name{failpoint.IntakeChecked, failpoint.IntakeAppended}
	case Triage:
		own = []failpoint.Name{
			failpoint.BusFetched, failpoint.TriageDecided, failpoint.TriageAppended, failpoint.BusHandled, failpoint.BusAcknowledged,
		}
	case Desk:
		own = []failpoint.Name{failpoint.DeskDecided, failpoint.DeskAppended, failpoint.BoardSaving}
	default:
		return nil
	}
	return append(own, // whoever appends
		failpoint.JournalGathered, failpoint.JournalMarked, failpoint.JournalWritten, failpoint.JournalCommitted,
		failpoint.JournalAnswered, failpoint.BusHalfPublished, failpoint.BusPublished, failpoint.JournalTold,
		failpoint.JournalUnmarked, failpoint.SweepMet, failpoint.SweepTold,
	)
}
