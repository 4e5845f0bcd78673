package board

import "sync"

// backlog is how many changes a subscriber may be behind.
const backlog = 256

// Change is what a subscriber is told.
type Change struct {
	Kind ChangeKind
	Row  Row
	Unit string // Gone: the unit that had the case until now
}

// ChangeKind is the kind of a change.
type ChangeKind int

// The kinds of changes. Shown: a case arrived or changed. Gone: it left the
// subscriber's units. Resync: the subscriber was too slow and has missed
// changes; it must look again.
const (
	Shown ChangeKind = iota
	Gone
	Resync
)

type subscriber struct {
	sees    func(unit string) bool
	changes chan Change // one place beyond backlog, for Resync
	lost    bool
}

// Subscribe tells of every change of the cases of the units that sees accepts,
// until cancel is called, which closes the channel. Sees is asked under the
// board's lock: it must be quick and must not use the board. A unit is the
// empty string while no unit has the case.
func (b *Board) Subscribe(sees func(unit string) bool) (changes <-chan Change, cancel func()) {
	s := &subscriber{sees: sees, changes: make(chan Change, backlog+1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subscribers[s] = struct{}{}
	return s.changes, sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subscribers, s)
		close(s.changes)
	})
}

// publish tells the subscribers that a case is new, or has changed and was
// with the unit from.
func (b *Board) publish(r Row, from string, isNew bool) {
	for s := range b.subscribers {
		switch {
		case s.sees(r.Unit):
			s.send(Change{Kind: Shown, Row: r})
		case !isNew && from != r.Unit && s.sees(from):
			s.send(Change{Kind: Gone, Row: r, Unit: from})
		}
	}
}

// resync tells all subscribers to look again.
func (b *Board) resync() {
	for s := range b.subscribers {
		s.lose()
	}
}

// send never waits. Only the board sends, under its lock, so the length can
// only shrink meanwhile.
func (s *subscriber) send(c Change) {
	if s.lost && len(s.changes) > 0 {
		return // Resync is still to be read and covers this change too
	}
	s.lost = false
	if len(s.changes) == backlog {
		s.lose()
		return
	}
	s.changes <- c
}

func (s *subscriber) lose() {
	if s.lost && len(s.changes) > 0 {
		return
	}
	s.lost = true
	s.changes <- Change{Kind: Resync}
}
