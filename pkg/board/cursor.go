package board

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
)

// ErrCursor says that a cursor was not made by this kind of query.
var ErrCursor = errors.New("board: not a cursor of this query")

// cursor is the place of the last case of the page before; the zero value is
// the beginning.
type cursor struct {
	set bool
	place
}

func cursorAt(o Order, p place) string {
	urgent := 0
	if p.urgent {
		urgent = 1
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d %d %s", o, urgent, p.at, p.id))
}

func parseCursor(want Order, s string) (c cursor, err error) {
	if s == "" {
		return cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, ErrCursor
	}
	var order Order
	var urgent int
	n, err := fmt.Sscanf(string(raw), "%s %d %d %s", &order, &urgent, &c.at, &c.id)
	if err != nil || n != 4 || order != want {
		return cursor{}, ErrCursor
	}
	c.set, c.urgent = true, urgent == 1
	return c, nil
}

// oldest is where to begin in a tree of urgent cases, or of others, oldest
// first; any is false when all of them are on earlier pages.
func (c cursor) oldest(o Order, urgent bool) (from place, any bool) {
	switch {
	case !c.set, o == ByPriority && c.urgent && !urgent:
		return place{at: math.MinInt64}, true
	case o == ByPriority && !c.urgent && urgent:
		return place{}, false
	}
	return c.place, true
}

// newest is where to begin in a tree, newest first.
func (c cursor) newest() item {
	if !c.set {
		return item{place: place{at: math.MaxInt64}}
	}
	return item{place: place{at: c.at, id: "~"}} // after every ID
}
