package scenario

import (
	"context"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
)

// Mayhem kills and pauses the processes of a trial at random times, and cuts
// and delays its links, beside what failpoints do.
type Mayhem struct {
	Every time.Duration // between two deeds, on average
	Pause time.Duration // the longest pause; 0: nobody is paused
	Among []*fleet.Process
	Links []*fleet.Link // that are cut and delayed, for as long as a pause
	Saves bool          // desks are stopped in order now and then, so that they save their boards
}

// Rage goes on until ctx ends; nobody is left paused.
func (m Mayhem) Rage(ctx context.Context, t *Trial, random *rand.Rand) {
	for {
		wait := time.Duration(float64(m.Every) * min(3, random.ExpFloat64()))
		victim := m.Among[random.IntN(len(m.Among))]
		deed, link := random.IntN(10), random.IntN(max(1, len(m.Links)))
		long := time.Duration(float64(m.Pause) * random.Float64())
		if !pause(ctx, wait) {
			return
		}
		switch {
		case m.Saves && victim.Role == fleet.Desk && deed < 5:
			m.stop(ctx, victim)
		case m.Pause > 0 && deed < 2:
			sleep(ctx, t, victim, long)
		case len(m.Links) > 0 && deed < 4:
			harm(ctx, t, m.Links[link], deed == 2, long)
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
		pause(ctx, d)
		return nil
	})
}

// latency is what a delayed link adds to each round trip.
const latency = 300 * time.Millisecond

// harm cuts or delays a link for a while.
func harm(ctx context.Context, t *Trial, l *fleet.Link, cut bool, d time.Duration) {
	kind := "delay"
	if cut {
		kind = "cut"
	}
	err := t.During(l.Name, history.Fault{Kind: kind, Note: short(d), Slows: true}, func() error {
		if cut {
			l.Cut()
		} else if err := l.Delay(latency); err != nil {
			return err
		}
		pause(ctx, d)
		return l.Heal()
	})
	if err != nil {
		t.Find("%v", err)
	}
}
