package scenario

import (
	"context"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
)

// Mayhem kills and pauses the processes of a trial at random times, beside
// what their failpoints do.
type Mayhem struct {
	Every time.Duration // between two deeds, on average
	Pause time.Duration // the longest pause; 0: nobody is paused
	Among []*fleet.Process
	Saves bool // desks are stopped in order now and then, so that they save their boards
}

// Rage goes on until ctx ends; nobody is left paused.
func (m Mayhem) Rage(ctx context.Context, t *Trial, random *rand.Rand) {
	for {
		wait := time.Duration(float64(m.Every) * min(3, random.ExpFloat64()))
		victim := m.Among[random.IntN(len(m.Among))]
		deed := random.IntN(10)
		pause := time.Duration(float64(m.Pause) * random.Float64())
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		switch {
		case m.Saves && victim.Role == fleet.Desk && deed < 5:
			m.stop(ctx, victim)
		case m.Pause > 0 && deed < 2:
			sleep(ctx, t, victim, pause)
		default:
			victim.Kill()
		}
	}
}

// stop stops a process in order and starts it again.
func (m Mayhem) stop(ctx context.Context, p *fleet.Process) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	_ = p.Down(within, syscall.SIGTERM) // however it ended is noted
	_ = p.Up()
}

// sleep pauses a process for a while.
func sleep(ctx context.Context, t *Trial, p *fleet.Process, d time.Duration) {
	_ = t.During(p.Name, history.Fault{Kind: "pause", Note: short(d), Slows: true}, func() error {
		p.Pause()
		defer p.Resume()
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
		return nil
	})
}
