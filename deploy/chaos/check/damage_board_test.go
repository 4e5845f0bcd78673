package check

import (
	"slices"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/pkg/report"
)

func TestDamageToBoardsIsFound(t *testing.T) { checkDamages(t, boardDamages()) }

// row is the row of a report on the second board.
func (w *world) row(id report.ID) *client.Row {
	rows := w.boards[1].Rows
	return &rows[slices.IndexFunc(rows, func(r client.Row) bool { return r.CaseNumber == id.CaseNumber("AG") })]
}

func boardDamages() []damage {
	out := []damage{
		{"another queue", Misplaced, func(w *world) []string { w.row(w.rich).Unit = "892"; return about(w.rich) }},
		{"no queue", Misplaced, func(w *world) []string { w.row(w.plain).Unit = ""; return about(w.plain) }},
		{"", BoardLacks, func(w *world) []string {
			b := &w.boards[1]
			b.Rows = slices.DeleteFunc(b.Rows, func(r client.Row) bool { return r.CaseNumber == w.rich.CaseNumber("AG") })
			return about(w.rich)
		}},
		{"", BoardInvents, func(w *world) []string {
			r := *w.row(w.rich)
			r.CaseNumber = "AG-ZZZZ-ZZZZ-ZZZZ"
			w.boards[1].Rows = append(w.boards[1].Rows, r)
			return []string{"ZZZZZZZZZZZZ"}
		}},
		{"", BoardRepeats, func(w *world) []string {
			w.boards[1].Rows = append(w.boards[1].Rows, *w.row(w.rich))
			return about(w.rich)
		}},
		{"", BoardsDiffer, func(w *world) []string { w.boards[1].Digest = "abd"; return []string{""} }},
		{"gaps", BoardBehind, func(w *world) []string { w.boards[1].Gaps = 1; return []string{""} }},
		{"not rebuilt", BoardBehind, func(w *world) []string { w.boards[1].Rebuilt = false; return []string{""} }},
		{"not following", BoardBehind, func(w *world) []string { w.boards[1].Following = false; return []string{""} }},
		{"damaged cases", BoardMiscounts, func(w *world) []string { w.boards[1].Damaged = 1; return []string{""} }},
	}
	for name, change := range map[string]func(*client.Row){
		"state":       func(r *client.Row) { r.State = "resolved?" },
		"last":        func(r *client.Row) { r.Last++ },
		"assignee":    func(r *client.Row) { r.Assignee = &client.Assignee{Username: "hung"} },
		"outcome":     func(r *client.Row) { r.Outcome = new("vanished") },
		"unanswered":  func(r *client.Row) { r.Unanswered = !r.Unanswered },
		"transfers":   func(r *client.Row) { r.Transfers++ },
		"reopenings":  func(r *client.Row) { r.Reopenings++ },
		"category":    func(r *client.Row) { r.Category = "fire" },
		"urgent":      func(r *client.Row) { r.Urgent = !r.Urgent },
		"ongoing":     func(r *client.Row) { r.Ongoing = !r.Ongoing },
		"district":    func(r *client.Row) { r.District = "" },
		"commune":     func(r *client.Row) { r.Commune = "" },
		"received_at": func(r *client.Row) { r.ReceivedAt = r.ReceivedAt.Add(time.Millisecond) },
		"updated_at":  func(r *client.Row) { r.UpdatedAt = r.UpdatedAt.Add(time.Millisecond) },
	} {
		out = append(out, damage{name, BoardDiffers, func(w *world) []string { change(w.row(w.rich)); return about(w.rich) }})
	}
	return out
}
