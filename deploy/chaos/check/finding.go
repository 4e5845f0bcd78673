package check

import "fmt"

// Kind is a way in which something can be wrong.
type Kind string

// The kinds of findings.
const (
	// What residents were told.
	Lost              Kind = "lost"                // 201 was given, the journal has no such report
	Altered           Kind = "altered"             // the report in the journal is not what was sent
	Doubled           Kind = "doubled"             // two reports in the journal for one submission
	NumbersDiffer     Kind = "numbers-differ"      // two case numbers for one submission
	ReceiptsDiffer    Kind = "receipts-differ"     // two receipts for one submission
	AnswersDiffer     Kind = "answers-differ"      // two times of receipt or expected units for one submission
	OtherBodyAccepted Kind = "other-body-accepted" // 201 to two bodies under one key
	WronglyRefused    Kind = "wrongly-refused"     // refused as another body, though only one was ever sent
	NumberShared      Kind = "number-shared"       // one case number or receipt for two submissions
	Unasked           Kind = "unasked"             // in the journal, though nobody asked for it or it was refused
	ReceiptDead       Kind = "receipt-dead"        // a receipt that was given does not find its report
	TrackDiffers      Kind = "track-differs"       // a receipt shows what the case was not at that time

	// Routing.
	NotRouted       Kind = "not-routed"       // no unit has it
	RoutedTwice     Kind = "routed-twice"     // more than one routed action
	RoutedLate      Kind = "routed-late"      // a unit has it, but not within the bound
	RoutedElsewhere Kind = "routed-elsewhere" // to another unit than the resident was told, and not to the duty desk

	// The journal.
	NumbersGap  Kind = "numbers-gap"  // an action is missing between others
	NumberTwice Kind = "number-twice" // two actions of one number
	Stray       Kind = "stray"        // actions of a report that is not there
	Damaged     Kind = "damaged"      // a document that cannot be read
	FoldFails   Kind = "fold-fails"   // actions that cannot follow each other
	BackInTime  Kind = "back-in-time" // an action before the one it follows
	OutboxLeft  Kind = "outbox-left"  // a marker that nobody removed
	ActionLost  Kind = "action-lost"  // acknowledged, and not in the journal
	ActionTwice Kind = "action-twice" // asked for once, in the journal more than once

	// Boards.
	Misplaced      Kind = "misplaced"       // in another unit's queue than the journal says
	BoardDiffers   Kind = "board-differs"   // in the right queue, but otherwise not as the journal says
	BoardLacks     Kind = "board-lacks"     // in the journal, not on the board
	BoardInvents   Kind = "board-invents"   // on the board, not in the journal
	BoardRepeats   Kind = "board-repeats"   // on the board twice
	BoardsDiffer   Kind = "boards-differ"   // digests differ though all rows are right
	BoardBehind    Kind = "board-behind"    // it says itself that it does not know all
	BoardMiscounts Kind = "board-miscounts" // more or fewer damaged cases than the journal has

	// Answers.
	BadAnswer    Kind = "bad-answer"     // a status that no request of that kind may get
	NoRetryAfter Kind = "no-retry-after" // try again, without saying when
	SlowRefusal  Kind = "slow-refusal"   // try again, said too late
	StillAway    Kind = "still-away"     // not served though every fault is long over
)

// Kinds lists all kinds of findings.
func Kinds() []Kind {
	return []Kind{
		Lost, Altered, Doubled, NumbersDiffer, ReceiptsDiffer, AnswersDiffer,
		OtherBodyAccepted, WronglyRefused, NumberShared, Unasked, ReceiptDead, TrackDiffers,
		NotRouted, RoutedTwice, RoutedLate, RoutedElsewhere, NumbersGap, NumberTwice,
		Stray, Damaged, FoldFails, BackInTime, OutboxLeft, ActionLost,
		ActionTwice, Misplaced, BoardDiffers, BoardLacks, BoardInvents, BoardRepeats,
		BoardsDiffer, BoardBehind, BoardMiscounts,
		BadAnswer, NoRetryAfter, SlowRefusal, StillAway,
	}
}

// Finding is one thing that is wrong.
type Finding struct {
	Kind   Kind
	Report string // its ID, or the submission's key where it has none
	Where  string // desk, intake or document; may be empty
	Detail string
}

func (f Finding) String() string {
	s := string(f.Kind)
	for _, part := range []string{f.Report, f.Where} {
		if part != "" {
			s += " " + part
		}
	}
	return fmt.Sprintf("%s: %s", s, f.Detail)
}
