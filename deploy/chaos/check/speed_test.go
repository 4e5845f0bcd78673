package check

import (
	"fmt"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

// BenchmarkCompare measures a run of 10,000 reports, each looked at five times.
func BenchmarkCompare(b *testing.B) {
	h, s := history.History{Began: began}, State{Boards: []Board{{Desk: "desk-1", Census: client.Census{Rebuilt: true, Following: true}}}}
	for n := range 10000 {
		id := report.ID(fmt.Sprintf("%012d", n))
		at := time.Duration(n) * time.Millisecond
		number, received := id.CaseNumber("AG"), began.Add(at)
		sent := client.Submission{Category: "theft", Narrative: fmt.Sprintf("Mất xe máy trước chợ. %d", n), Language: "vi", Place: client.Place{Commune: "30280"}}
		h.Ops = append(h.Ops, history.Op{Start: at, End: at + time.Millisecond, Submit: &history.Submit{
			Key: number, Body: encoded(sent), Reply: history.Reply{Status: 201},
			Accepted: &history.Accepted{CaseNumber: number, Receipt: number, ReceivedAt: received, Unit: "883"},
		}})
		for range 5 {
			h.Ops = append(h.Ops, history.Op{Start: at + time.Second, End: at + time.Second, Track: &history.Track{
				CaseNumber: number, Reply: history.Reply{Status: 200}, Shown: &history.Shown{Status: "routed", Unit: "883"},
			}})
		}
		s.Record.Reports = append(s.Record.Reports, report.Report{
			ID: id, Category: "theft", Narrative: sent.Narrative, Language: "vi", Place: report.Place{Commune: "30280"}, ReceivedAt: received,
		})
		s.Record.Actions = append(s.Record.Actions, Stored{string(id) + "/1", report.Action{
			Report: id, N: 1, Type: report.Routed, At: received, Actor: report.Actor{Kind: report.System}, Unit: "883",
		}})
		s.Boards[0].Rows = append(s.Boards[0].Rows, client.Row{
			CaseNumber: number, Category: "theft", State: "routed", Unit: "883", Commune: "30280", ReceivedAt: received, UpdatedAt: received, Last: 1,
		})
	}
	for b.Loop() {
		if found := Compare(h, s, Bounds{}).Findings; len(found) > 0 {
			b.Fatal(found[0])
		}
	}
}
