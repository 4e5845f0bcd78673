package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
)

// Stampede sends one report n times at the same moment, spread over all
// intakes; each sender repeats until it is told 201. Then one sends another
// body under the same key. Errors as of Run.
func (r *Residents) Stampede(ctx context.Context, n int) error {
	l, err := r.readLists(ctx)
	if err != nil {
		return err
	}
	p := draw(r.cfg.Rand, 0, Habits{}, l)
	start := make(chan struct{})
	var senders sync.WaitGroup
	for i := range n {
		own := p
		own.name, own.intake = fmt.Sprintf("%s/%d", p.name, i+1), i
		own.rand = rand.New(rand.NewPCG(uint64(i), p.rand.Uint64()))
		senders.Go(func() {
			<-start
			if a := r.persist(ctx, own, false); a != nil && i == 0 {
				r.mu.Lock()
				r.accepted = append(r.accepted, *a)
				r.mu.Unlock()
			}
		})
	}
	close(start)
	senders.Wait()
	if ctx.Err() == nil {
		r.tamper(ctx, p)
	}
	return nil
}
