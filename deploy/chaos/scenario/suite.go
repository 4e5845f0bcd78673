// Package scenario holds what is done to the portal: one function per promise,
// each on a fleet of its own, each ending with a check of everything that
// anybody was told.
package scenario

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/table"
)

// Scenario is one thing that is done to the portal.
type Scenario struct {
	Number  int
	Name    string
	Promise string // its number in the list of promises, or a dash
	Done    string
	Beside  bool // it mostly waits, and runs beside all others

	run func(ctx context.Context, s *Stage, name string) (*Trial, error)
}

// All lists the scenarios.
func All() []Scenario {
	return []Scenario{
		{Number: 1, Name: "kills", Promise: "1", Done: "processes killed (`kill -9`) and paused, connections cut and delayed, at named and random points, under load", run: kills},
		{Number: 2, Name: "wipe", Promise: "2", Done: "JetStream's files deleted while the server is dead, and its stream while it serves", run: wipe},
		{Number: 3, Name: "nats-away", Promise: "3", Done: "NATS dead", Beside: true, run: natsAway},
		{Number: 4, Name: "mongodb-away", Promise: "4", Done: "MongoDB killed, paused, unanswering, cut off", run: mongoAway},
		{Number: 5, Name: "stampede", Promise: "5", Done: "one submission sent 1,000 times at once to both intakes, then another body", run: stampede},
		{Number: 6, Name: "redeliver", Promise: "6", Done: "every message delivered five times more and shuffled", run: redeliver},
		{Number: 7, Name: "poison", Promise: "7", Done: "a report that nobody can read and announcements that are garbage, among sound ones", run: poison},
		{Number: 8, Name: "disk-full", Promise: "8", Done: "the engines' disk filled under load and freed again", run: diskFull},
		{Number: 9, Name: "bad-lines", Promise: "9", Done: "30 % of residents' requests dropped or cut in the middle, and connections to the stores too", run: badLines},
		{Number: 11, Name: "rolling", Promise: "11", Done: "every process restarted in turn under load, behind a balancer", run: rolling},
		{Number: 12, Name: "skew", Promise: "-", Done: "clocks wrong: an intake a day ahead, a triage a day behind, a desk an hour ahead", run: skew},
		{Number: 13, Name: "sleeper", Promise: "-", Done: "a writer asleep past its marker's life, then killed; others killed after the insert of a report and of an action with no marker left", run: sleeper},
		{Number: 14, Name: "cluster", Promise: "-", Done: "NATS of three: its leader killed repeatedly, services paused 5 to 10 s, everything restarted in turn", run: cluster},
	}
}

// limit is how long one scenario may take before it counts as stuck.
const limit = 20 * time.Minute

// Run runs scenarios, so many at a time, and returns their rows.
func Run(ctx context.Context, s *Stage, chosen []Scenario, atOnce int) []table.Row {
	var mu sync.Mutex
	var rows []table.Row
	one := func(c Scenario) {
		row := c.row(ctx, s)
		mu.Lock()
		defer mu.Unlock()
		rows = append(rows, row)
	}
	var running sync.WaitGroup
	queue := make(chan Scenario, len(chosen))
	for _, c := range chosen {
		if c.Beside {
			running.Go(func() { one(c) })
			continue
		}
		queue <- c
	}
	close(queue)
	for range atOnce {
		running.Go(func() {
			for c := range queue {
				one(c)
			}
		})
	}
	running.Wait()
	slices.SortFunc(rows, func(a, b table.Row) int { return a.Scenario - b.Scenario })
	return rows
}

// row runs the scenario and says what came of it.
func (c Scenario) row(ctx context.Context, s *Stage) table.Row {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begun := time.Now()
	s.Say("scenario %d (%s) begins", c.Number, c.Name)
	row := table.Row{Scenario: c.Number, Promise: c.Promise, Done: c.Done}
	t, err := c.run(ctx, s, fmt.Sprintf("%02d-%s", c.Number, c.Name))
	if t != nil {
		if e := t.End(); e != nil {
			t.Find("the fleet did not end in order: %v", e)
		}
		row.Figures, row.Findings = t.Figures, t.findings
	}
	if err != nil {
		row.Findings = append(row.Findings, fmt.Sprintf("could not be carried out: %v", err))
	}
	row.Took = time.Since(begun)
	verdict := "kept"
	if !row.Kept() {
		verdict = fmt.Sprintf("%d findings", len(row.Findings))
	}
	s.Say("scenario %d (%s) ended after %s: %s", c.Number, c.Name, short(row.Took), verdict)
	for i, f := range row.Findings {
		if i == 5 {
			s.Say("  and %d more", len(row.Findings)-i)
			break
		}
		s.Say("  %s", f)
	}
	return row
}
