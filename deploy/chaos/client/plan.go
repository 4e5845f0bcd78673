package client

import (
	"fmt"
	"math/rand/v2"
)

// plan is what one resident is going to do, drawn before anything happens: the
// same seed gives the same plans however the requests turn out.
type plan struct {
	name          string
	key           string
	body, altered []byte
	intake        int // where to begin
	rand          *rand.Rand

	repeat, collide, alter, follow, write bool
}

// draw draws the nth plan.
func draw(rng *rand.Rand, n int, h Habits, l lists) plan {
	seed := [2]uint64{rng.Uint64(), rng.Uint64()}
	own := rand.New(rand.NewPCG(seed[0], seed[1]))
	p := plan{
		name: fmt.Sprintf("resident-%d", n+1), key: fmt.Sprintf("%016x%016x", seed[0], seed[1]),
		intake: own.IntN(1 << 16), rand: own,
	}
	s := compose(own, l, p.key[:20])
	p.body = mustJSON(s)
	s.Narrative += " Tôi xin sửa lại."
	p.altered = mustJSON(s)
	p.repeat, p.collide, p.alter = own.Float64() < h.Repeat, own.Float64() < h.Collide, own.Float64() < h.Alter
	p.follow, p.write = own.Float64() < h.Follow, own.Float64() < h.Write
	return p
}
