package board

import (
	"github.com/tidwall/btree"

	"github.com/phananh/portal/pkg/report"
)

// class is what queues are filtered by. All cases of one class lie in one
// tree, ordered by the time they were received. A query with any filter in
// any order is a merge of the first few of each tree that it asks for, and
// its total is the sum of their lengths: nothing is ever searched through.
type class struct {
	unit       string
	state      report.State
	category   string
	urgent     bool
	unanswered bool
}

func (r Row) class() class {
	return class{unit: r.Unit, state: r.State, category: r.Category, urgent: r.Urgent, unanswered: r.Unanswered}
}

// index is the trees by class; none of them is empty.
type index map[class]*btree.BTreeG[item]

// place is where a case stands in an order.
type place struct {
	urgent bool
	at     int64 // received, Unix milliseconds
	id     report.ID
}

// item is a case in a tree. Its place stands beside the pointer so that a
// search need not follow it.
type item struct {
	place
	*entry
}

// earlier is the order of a tree, in which all are urgent or none is.
func earlier(x, y item) bool {
	if x.at != y.at {
		return x.at < y.at
	}
	return x.id < y.id
}

func (e *entry) item() item {
	return item{place{urgent: e.Urgent, at: e.ReceivedAt.UnixMilli(), id: e.ID}, e}
}

func (x index) put(e *entry) {
	c := e.class()
	tree, ok := x[c]
	if !ok {
		tree = btree.NewBTreeGOptions(earlier, btree.Options{NoLocks: true}) // the board has a lock
		x[c] = tree
	}
	tree.Set(e.item())
}

func (x index) take(e *entry) {
	c := e.class()
	tree := x[c]
	tree.Delete(e.item())
	if tree.Len() == 0 {
		delete(x, c)
	}
}
