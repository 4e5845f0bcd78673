// Package failpoint names the places between two steps at which a test may
// kill or pause a program. In a normal build Hit does nothing and costs
// nothing; built with the tag "failpoints" it obeys the variable
// PHANANH_FAILPOINTS, which a test sets and nobody else.
//
// The variable holds rules divided by semicolons, each NAME=ACTION@N: at the
// Nth hit of NAME in this process, and only then, do ACTION. Actions are
// "kill" (the process ends at once, as by kill -9) and "pause:DURATION" (only
// the caller sleeps). Before it acts it writes one line to standard error:
// "failpoint NAME ACTION".
package failpoint

// Variable is the environment variable with the rules.
const Variable = "PHANANH_FAILPOINTS"

// SkewVariable is the environment variable with a duration by which the clock
// of a test build is wrong: "24h" is a day ahead. See Now.
const SkewVariable = "PHANANH_CLOCK_SKEW"

// Name is a place in the program.
type Name string

// The places, in the order in which a report passes them.
const (
	IntakeChecked    Name = "intake/checked"    // the submission is valid; nothing is stored
	JournalGathered  Name = "journal/gathered"  // a batch is to be written
	JournalMarked    Name = "journal/marked"    // its marker is written, its entries may not be
	JournalWritten   Name = "journal/written"   // its entries are written, its marker may not be
	JournalCommitted Name = "journal/committed" // both are; callers are not answered
	JournalAnswered  Name = "journal/answered"  // callers know; nothing is announced
	IntakeAppended   Name = "intake/appended"   // the report is stored; the resident is not answered
	BusHalfPublished Name = "bus/half-published"
	BusPublished     Name = "bus/published"    // a batch is published and acknowledged
	JournalTold      Name = "journal/told"     // a batch is announced; its marker is still there
	JournalUnmarked  Name = "journal/unmarked" // its marker is gone
	SweepMet         Name = "sweep/met"        // an old marker was found; nothing is announced
	SweepTold        Name = "sweep/told"       // its entries are announced; it is still there
	BusFetched       Name = "bus/fetched"      // triage has the announcement in hand
	TriageDecided    Name = "triage/decided"   // the unit is known; nothing is appended
	TriageAppended   Name = "triage/appended"  // the routed action is stored
	BusHandled       Name = "bus/handled"      // to be acknowledged
	BusAcknowledged  Name = "bus/acknowledged"
	DeskDecided      Name = "desk/decided"  // an officer's action is allowed; nothing is appended
	DeskAppended     Name = "desk/appended" // it is stored; the officer is not answered
	BoardSaving      Name = "board/saving"  // a checkpoint is written and not in its place
)

// All lists the names.
func All() []Name {
	return []Name{
		IntakeChecked, JournalGathered, JournalMarked, JournalWritten, JournalCommitted, JournalAnswered, IntakeAppended,
		BusHalfPublished, BusPublished, JournalTold, JournalUnmarked, SweepMet, SweepTold,
		BusFetched, TriageDecided, TriageAppended, BusHandled, BusAcknowledged,
		DeskDecided, DeskAppended, BoardSaving,
	}
}
