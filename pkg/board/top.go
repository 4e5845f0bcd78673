package board

import "slices"

// top collects the first few of many items in an order.
type top[T any] struct {
	limit  int
	before func(x, y T) bool
	items  []T // sorted
}

// full says whether there are limit items, and which is the last of them.
func (t *top[T]) full() (bool, T) {
	if len(t.items) < t.limit {
		var none T
		return false, none
	}
	return true, t.items[len(t.items)-1]
}

// offer adds an item if it belongs to the first ones, and says whether it did.
func (t *top[T]) offer(x T) bool {
	if full, last := t.full(); full {
		if !t.before(x, last) {
			return false
		}
		t.items = t.items[:len(t.items)-1]
	}
	i, _ := slices.BinarySearchFunc(t.items, x, func(have, x T) int {
		if t.before(have, x) {
			return -1
		}
		return 1
	})
	t.items = slices.Insert(t.items, i, x)
	return true
}
