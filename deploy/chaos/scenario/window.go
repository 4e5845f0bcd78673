package scenario

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// window is a part of a history, between two of its times.
type window struct{ from, to time.Duration }

// submitted lists the attempts at sending a report that began and ended
// within the window.
func (w window) submitted(h history.History) []history.Op {
	return slices.DeleteFunc(slices.Clone(h.Ops), func(op history.Op) bool {
		return op.Submit == nil || op.Start < w.from || op.End > w.to
	})
}

// begun lists the attempts at sending a report that began within the window,
// however long they took.
func (w window) begun(h history.History) []history.Op {
	return slices.DeleteFunc(slices.Clone(h.Ops), func(op history.Op) bool {
		return op.Submit == nil || op.Start < w.from || op.Start > w.to
	})
}

// requests counts those of any kind that began within the window.
func (w window) requests(h history.History) (n int) {
	for _, op := range h.Ops {
		if _, isRequest := op.Reply(); isRequest && op.Start >= w.from && op.Start <= w.to {
			n++
		}
	}
	return n
}

// failed lists the requests begun within the window that were not served: no
// answer, or one that only says to come back.
func (w window) failed(h history.History) []string {
	var out []string
	for _, op := range h.Ops {
		r, isRequest := op.Reply()
		if !isRequest || op.Start < w.from || op.Start > w.to || !r.Unknown() {
			continue
		}
		out = append(out, fmt.Sprintf("%s at %s from %s: status %d %s%s, begun %s after the window did",
			kindOf(op), op.Target, op.Client, r.Status, r.Code, r.Lost, short(op.Start-w.from)))
	}
	return out
}

func kindOf(op history.Op) string {
	switch {
	case op.Submit != nil:
		return "a report"
	case op.Write != nil:
		return "a message"
	case op.Track != nil:
		return "a look with a receipt"
	case op.Act != nil:
		return "an action " + op.Act.Type
	case op.Read != nil:
		return op.Read.What
	}
	return "nothing"
}

// tellings counts answers by what they were.
type tellings map[string]int

// String lists them: "201 ×1000, 422 ×1".
func (t tellings) String() string {
	var out []string
	for _, answer := range slices.Sorted(maps.Keys(t)) {
		out = append(out, fmt.Sprintf("%s ×%d", answer, t[answer]))
	}
	return strings.Join(out, ", ")
}

// answers counts what those who sent a report were told: "201", "503",
// "cut" …
func answers(ops []history.Op) tellings {
	out := tellings{}
	for _, op := range ops {
		if op.Submit.Status == 0 {
			out[op.Submit.Lost]++
			continue
		}
		out[fmt.Sprint(op.Submit.Status)]++
	}
	return out
}

// slowest is the longest that one of the operations took.
func slowest(ops []history.Op) (d time.Duration) {
	for _, op := range ops {
		d = max(d, op.End-op.Start)
	}
	return d
}

// accepted is when the first report that was sent after a time was accepted;
// false if none was.
func accepted(h history.History, after time.Duration) (time.Duration, bool) {
	first, found := time.Duration(0), false
	for _, op := range h.Ops {
		if op.Submit == nil || op.Submit.Status != http.StatusCreated || op.Start < after {
			continue
		}
		if !found || op.End < first {
			first, found = op.End, true
		}
	}
	return first, found
}
