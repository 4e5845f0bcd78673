package check

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/pkg/report"
)

var began = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// world is a small portal that does everything right: it makes histories, the
// journal and the boards that belong to them.
type world struct {
	t       *rapid.T
	now     time.Duration
	n       int // numbers everything that needs a name
	history history.History
	record  Record
	boards  []Board
	rows    map[report.ID]client.Row // of cases before they were damaged

	rich, plain, orphan report.ID // reports of which something is known
}

// sound draws a world in which nothing is wrong.
func sound(t *rapid.T) *world {
	w := &world{t: t, history: history.History{Began: began}, rows: map[report.ID]client.Row{}}
	w.plain = w.report(true)
	w.route(w.plain)
	w.look(w.plain, false)
	w.rich = w.report(true)
	w.look(w.rich, false)
	w.route(w.rich)
	w.fullLife(w.rich)
	w.orphan = w.report(false)
	w.route(w.orphan)
	for range rapid.IntRange(0, 4).Draw(t, "more reports") {
		w.fault()
		id := w.report(w.maybe("told"))
		w.route(id)
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			w.step(id)
		}
	}
	w.giveUp()
	for _, r := range w.record.Reports {
		if r.ID != w.orphan {
			w.look(r.ID, true)
		}
	}
	w.listed()
	return w
}

func (w *world) state() State { return State{Record: w.record, Boards: w.boards} }

func (w *world) maybe(what string) bool { return rapid.Bool().Draw(w.t, what) }

func (w *world) tick() time.Duration {
	w.now += time.Duration(rapid.IntRange(1, 40).Draw(w.t, "ms")) * time.Millisecond
	return w.now
}

func (w *world) name(prefix string) string {
	w.n++
	return fmt.Sprintf("%s%04d", prefix, w.n)
}

// op adds an operation that starts and ends now.
func (w *world) op(op history.Op) {
	op.Target = "http://intake-1"
	op.Start = w.tick()
	op.End = w.tick()
	w.history.Ops = append(w.history.Ops, op)
}

func (w *world) fault() {
	f := rapid.SampledFrom([]history.Fault{{Kind: "kill"}, {Kind: "pause", Slows: true}, {Kind: "cut"}}).Draw(w.t, "fault")
	w.op(history.Op{Fault: &f})
}

// failure is how an attempt can fail that may have succeeded.
func (w *world) failure() history.Reply {
	return rapid.SampledFrom([]history.Reply{
		{Status: 503, Code: "try_again", RetryAfter: "2"}, {Lost: "cut"}, {Lost: "refused"}, {Lost: "time-out"},
	}).Draw(w.t, "failure")
}

// report has somebody send a report, and be told so or not.
func (w *world) report(told bool) report.ID {
	key := w.name("key-")
	id := report.ID(fmt.Sprintf("%012d", w.n))
	s := client.Submission{
		Category: "theft", Narrative: "Mất xe máy trước chợ. " + key, Language: "vi",
		Place:      client.Place{Commune: "30280", District: "883", Address: "gần chợ", Point: &client.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20}},
		OccurredAt: new(began.Add(-time.Hour)), Contact: &client.Contact{Name: "Trần Thị Bình", Phone: "0912345678"},
	}
	body := encoded(s)
	for range rapid.IntRange(0, 2).Draw(w.t, "failures") {
		w.op(history.Op{Submit: &history.Submit{Key: key, Body: body, Reply: w.failure()}})
	}
	if !told {
		w.op(history.Op{Submit: &history.Submit{Key: key, Body: body, Reply: w.failure()}})
	}
	received := began.Add(w.tick())
	w.record.Reports = append(w.record.Reports, report.Report{
		ID: id, Category: s.Category, Narrative: s.Narrative, Language: "vi", ReceivedAt: received,
		Place:      report.Place{Commune: "30280", District: "883", Address: "gần chợ", Point: &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20}},
		OccurredAt: *s.OccurredAt, Contact: report.Contact{Name: "Trần Thị Bình", Phone: "0912345678"},
	})
	if !told {
		return id
	}
	accepted := history.Accepted{CaseNumber: id.CaseNumber("AG"), Receipt: "R-" + key, ReceivedAt: received, Unit: "883"}
	for range rapid.IntRange(2, 3).Draw(w.t, "acceptances") {
		again := accepted
		w.op(history.Op{Submit: &history.Submit{Key: key, Body: body, Reply: history.Reply{Status: 201}, Accepted: &again}})
	}
	if w.rich == "" && w.plain != "" || w.plain != "" && w.maybe("altered") {
		s.Narrative += " Tôi xin sửa lại."
		w.op(history.Op{Submit: &history.Submit{Key: key, Variant: 1, Body: encoded(s), Reply: history.Reply{Status: 422, Code: keyReused}}})
	}
	return id
}

// giveUp has somebody try in vain.
func (w *world) giveUp() {
	key := w.name("key-")
	body := encoded(client.Submission{Category: "theft", Narrative: "Không gửi được. " + key, Language: "vi"})
	for range 3 {
		w.op(history.Op{Submit: &history.Submit{Key: key, Body: body, Reply: w.failure()}})
	}
}

func encoded(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func (w *world) find(id report.ID) *report.Report {
	i := slices.IndexFunc(w.record.Reports, func(r report.Report) bool { return r.ID == id })
	return &w.record.Reports[i]
}

func (w *world) actions(id report.ID) []report.Action {
	var out []report.Action
	for _, a := range w.record.Actions {
		if a.Report == id {
			out = append(out, a.Action)
		}
	}
	return out
}

func (w *world) fold(id report.ID) report.Case {
	c, err := report.Fold(*w.find(id), w.actions(id))
	if err != nil {
		panic(err)
	}
	return c
}

// append stores an action as the next one of its report.
func (w *world) append(a report.Action) {
	a.N = len(w.actions(a.Report)) + 1
	a.At = began.Add(w.tick())
	w.record.Actions = append(w.record.Actions, Stored{report.ActionEntryID(a.Report, a.N), a})
}

func (w *world) route(id report.ID) {
	a := report.Action{Report: id, Type: report.Routed, Actor: report.Actor{Kind: report.System}, Unit: "883", Evidence: &report.Evidence{Rule: "commune"}}
	if id != w.plain && w.maybe("poison") {
		a.Unit, a.Evidence = "89-TB", &report.Evidence{Rule: rapid.SampledFrom([]string{"duty_desk", "failed"}).Draw(w.t, "rule")}
	}
	w.append(a)
}

// listed makes two boards that are right.
func (w *world) listed() {
	var rows []client.Row
	for _, r := range w.record.Reports {
		c, err := report.Fold(r, w.actions(r.ID))
		if err != nil {
			rows = append(rows, w.rows[r.ID])
			continue
		}
		row := client.Row{
			CaseNumber: r.ID.CaseNumber("AG"), Category: r.Category, Urgent: r.Urgent, Ongoing: r.Ongoing, State: string(c.State), Unit: c.Unit,
			District: r.Place.District, Commune: r.Place.Commune, ReceivedAt: r.ReceivedAt, UpdatedAt: c.UpdatedAt,
			Unanswered: c.Unanswered, Last: c.Last, Transfers: c.Transfers, Reopenings: c.Reopenings,
		}
		if c.Assignee != "" {
			row.Assignee = &client.Assignee{Username: c.Assignee}
		}
		if c.Outcome != "" {
			row.Outcome = new(string(c.Outcome))
		}
		w.rows[r.ID] = row
		rows = append(rows, row)
	}
	damaged := map[string]bool{}
	for _, d := range w.record.Damaged {
		damaged[d.ID[:12]] = true
	}
	census := client.Census{Digest: "abc", Rebuilt: true, Following: true, Damaged: len(damaged)}
	w.boards = []Board{{"desk-1", slices.Clone(rows), census}, {"desk-2", slices.Clone(rows), census}}
}
