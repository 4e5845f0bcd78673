package board

import (
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/phananh/portal/pkg/report"
)

// Order is how a queue is sorted. Ties are broken by ID.
type Order string

// The orders.
const (
	ByPriority Order = "priority" // urgent ones first, then the oldest
	OldestOnes Order = "oldest"
	NewestOnes Order = "newest"
)

// Query asks for a page of cases. Zero values mean no filter.
type Query struct {
	Units      []string     // nil: all, with those that no unit has yet
	State      report.State // empty: every state but resolved
	Category   string
	Urgent     bool
	Unanswered bool
	Assignee   string // the account that claimed it
	Order      Order
	Limit      int    // at least 1
	After      string // Page.Next of the page before
}

// Page is an answer to a Query.
type Page struct {
	Rows  []Row
	Next  string // empty when there are no more
	Total int    // of all pages, as of now
}

// Query returns a page of cases. A cursor is a place in the order, not a
// number of cases: what arrives or leaves meanwhile neither repeats nor hides
// others. It returns ErrCursor when After is none, or of another order.
func (b *Board) Query(q Query) (Page, error) {
	after, err := parseCursor(q.Order, q.After)
	if err != nil {
		return Page{}, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	from := b.all
	if q.Assignee != "" {
		from = b.mine[q.Assignee]
	}
	var page Page
	first := top[item]{limit: q.Limit + 1, before: func(x, y item) bool { return q.Order.before(x.place, y.place) }}
	for c, tree := range from {
		if q.matches(c) {
			page.Total += tree.Len()
			q.Order.walk(tree, c.urgent, after, &first)
		}
	}
	if len(first.items) > q.Limit {
		first.items = first.items[:q.Limit]
		page.Next = cursorAt(q.Order, first.items[q.Limit-1].place)
	}
	page.Rows = make([]Row, len(first.items))
	for i, it := range first.items {
		page.Rows[i] = it.Row
	}
	return page, nil
}

// walk offers the cases of a tree after a cursor until they are not wanted.
func (o Order) walk(tree *btree.BTreeG[item], urgent bool, after cursor, first *top[item]) {
	if o == NewestOnes {
		// Among cases of one millisecond the tree's order is not the wanted
		// one: the walk goes on to the end of the millisecond.
		tree.Descend(after.newest(), func(it item) bool {
			if full, last := first.full(); full && it.at < last.at {
				return false
			}
			if !after.set || o.before(after.place, it.place) {
				first.offer(it)
			}
			return true
		})
		return
	}
	from, any := after.oldest(o, urgent)
	if !any {
		return
	}
	tree.Ascend(item{place: from}, func(it item) bool {
		return it.place == after.place || first.offer(it)
	})
}

func (q Query) matches(c class) bool {
	return (q.Units == nil || slices.Contains(q.Units, c.unit)) &&
		(q.State == c.state || q.State == "" && c.state.Open()) &&
		(q.Category == "" || q.Category == c.category) &&
		(!q.Urgent || c.urgent) && (!q.Unanswered || c.unanswered)
}

func (o Order) before(x, y place) bool {
	switch {
	case o == ByPriority && x.urgent != y.urgent:
		return x.urgent
	case x.at != y.at:
		return x.at < y.at != (o == NewestOnes)
	}
	return x.id < y.id
}

// Counts is how many open cases a unit has.
type Counts struct {
	Open, Routed, Claimed, Urgent, Unanswered int
	Oldest                                    time.Time // when its oldest open case was received; zero if none
}

// Counts returns the counts of every unit that has an open case.
func (b *Board) Counts() map[string]Counts {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := map[string]Counts{}
	for c, tree := range b.all {
		if !c.state.Open() {
			continue
		}
		n, sum := tree.Len(), out[c.unit]
		sum.Open += n
		switch c.state {
		case report.StateRouted:
			sum.Routed += n
		case report.StateClaimed:
			sum.Claimed += n
		}
		if c.urgent {
			sum.Urgent += n
		}
		if c.unanswered {
			sum.Unanswered += n
		}
		if oldest, ok := tree.Min(); ok && (sum.Oldest.IsZero() || oldest.ReceivedAt.Before(sum.Oldest)) {
			sum.Oldest = oldest.ReceivedAt
		}
		out[c.unit] = sum
	}
	return out
}

// Unrouted returns the oldest cases that no unit has yet, oldest first.
func (b *Board) Unrouted(limit int) []Row {
	page, err := b.Query(Query{State: report.StateReceived, Order: OldestOnes, Limit: limit})
	if err != nil { // only a cursor can be wrong
		return nil
	}
	return page.Rows
}
