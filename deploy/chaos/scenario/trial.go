package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/history"
	"github.com/phananh/portal/deploy/chaos/table"
)

// units have an officer each; one of them is the duty desk.
var units = [...]string{"883", "884", "886", "887", "888", "89-TB"}

// Trial is a fleet, the people who use it, and the record of both.
type Trial struct {
	*Stage
	Name  string
	Dir   string
	Fleet *fleet.Fleet
	Log   *history.Log

	Figures  []table.Figure
	planted  []string
	after    func() error // once the fleet is down; may be nil
	people   sync.WaitGroup
	goHome   context.CancelFunc
	officers *client.Officers

	residents []*client.Residents // all populations

	mu       sync.Mutex
	findings []string
	watcher  func(fleet.Exit)
}

// Options of a trial; zero values mean what most scenarios want.
type Options struct {
	Cluster  bool
	Embedded bool
	Stores   string
	Inside   func([]string) []string
	Env      func(name string, role fleet.Role) []string
	Arm      func(name string, role fleet.Role) string
}

// Begin starts a fleet under a name that is also its folder's.
func (s *Stage) Begin(ctx context.Context, name string, o Options) (*Trial, error) {
	t := &Trial{Stage: s, Name: name, Dir: filepath.Join(s.Dir, name), goHome: func() {}}
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		return nil, err
	}
	log, err := history.Open(filepath.Join(t.Dir, historyFile))
	if err != nil {
		return nil, err
	}
	t.Log = log
	accounts := append(fleet.Officers(units[:]...), fleet.Supervisor())
	t.Fleet, err = fleet.Start(ctx, fleet.Config{
		Host: s.Host, Dir: t.Dir, Programs: s.Programs, Key: s.key(name),
		Cluster: o.Cluster, Embedded: o.Embedded, Stores: o.Stores, Inside: o.Inside,
		Accounts: accounts, Env: o.Env, Arm: o.Arm, OnExit: t.exited, OnHit: t.hit,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start fleet %s: %w", name, err), log.Close())
	}
	return t, nil
}

// onExit has a function see every exit from now on, before the process is
// started again.
func (t *Trial) onExit(see func(fleet.Exit)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watcher = see
}

func (t *Trial) exited(e fleet.Exit) {
	t.Tally.Exited(e)
	t.mu.Lock()
	see := t.watcher
	t.mu.Unlock()
	if see != nil {
		see(e)
	}
	switch e.Cause {
	case fleet.ByFailpoint, fleet.ByKill:
		t.Log.Fault(t.Log.Now(), e.Process, history.Fault{Kind: "kill", Note: string(e.Point)})
	case fleet.ByItself:
		t.Log.Event(e.Process, history.Event{Kind: "died", Note: e.State})
	case fleet.ByRequest:
		t.Log.Fault(t.Log.Now(), e.Process, history.Fault{Kind: "stop", Note: e.State})
	}
}

func (t *Trial) hit(h fleet.Hit) {
	t.Tally.Hit(h)
	if h.Action != "kill" {
		t.Log.Event(h.Process, history.Event{Kind: h.Action, Note: string(h.Point)})
	}
}

// During records a fault that lasts as long as do does.
func (t *Trial) During(target string, f history.Fault, do func() error) error {
	begun := t.Log.Now()
	err := do()
	t.Log.Fault(begun, target, f)
	return err
}

// Find notes something that is wrong.
func (t *Trial) Find(format string, values ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.findings = append(t.findings, fmt.Sprintf(format, values...))
}

// Measure notes a figure.
func (t *Trial) Measure(name, format string, values ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Figures = append(t.Figures, table.Figure{Name: name, Value: fmt.Sprintf(format, values...)})
}

// Plant tells the checker of a report that was damaged on purpose.
func (t *Trial) Plant(id string) { t.planted = append(t.planted, id) }

// Residents makes a population that sends to the intakes. Its name decides its
// random choices.
func (t *Trial) Residents(name string, change func(*client.Config)) *client.Residents {
	cfg := client.Config{
		Intakes: t.Fleet.URLs(t.Fleet.Intakes), Log: t.Log, Rand: t.Random(t.Name, name), Count: 100,
	}
	change(&cfg)
	r := client.NewResidents(cfg)
	t.residents = append(t.residents, r)
	return r
}

// Staff sends the officers to work, until Check.
func (t *Trial) Staff(ctx context.Context, change func(*client.OfficersConfig)) {
	cfg := client.OfficersConfig{
		Desks: t.Fleet.URLs(t.Fleet.Desks), Log: t.Log, Rand: t.Random(t.Name, "officers"), Units: units[:],
	}
	for _, a := range fleet.Officers(units[:]...) {
		cfg.Accounts = append(cfg.Accounts, client.Account{Username: a.User, Password: a.Password})
	}
	if change != nil {
		change(&cfg)
	}
	ctx, t.goHome = context.WithCancel(ctx)
	t.officers = client.NewOfficers(cfg)
	t.people.Go(func() { t.officers.Run(ctx) })
}

// End takes the fleet down and closes the record.
func (t *Trial) End() error {
	t.goHome()
	t.people.Wait()
	err := errors.Join(t.Fleet.Close(), t.Log.Close())
	if t.after != nil {
		err = errors.Join(err, t.after())
	}
	return err
}

// Check sends the officers home, waits until every report has a unit, has every
// resident look once more, and compares the record with the journal and the
// boards. Settle bounds how long that which comes right by itself may take.
func (t *Trial) Check(ctx context.Context, bounds check.Bounds, settle time.Duration) error {
	t.goHome()
	t.people.Wait()
	if err := t.settle(ctx, settle); err != nil {
		return err
	}
	for _, r := range t.residents {
		if err := r.TrackAll(ctx); err != nil {
			return err
		}
	}
	in := check.Input{
		History: t.Log.History(), Journal: check.Journal{URI: t.Fleet.MongoDB(), Database: fleet.Database},
		Bounds: bounds, Planted: t.planted, Settle: settle,
	}
	supervisor := fleet.Supervisor()
	for _, p := range t.Fleet.Desks {
		in.Desks = append(in.Desks, check.Desk{
			Name: p.Name, URL: t.Fleet.URL(p),
			Account: client.Account{Username: supervisor.User, Password: supervisor.Password},
		})
	}
	result, err := check.Run(ctx, in)
	if err != nil {
		return fmt.Errorf("check %s: %w", t.Name, err)
	}
	for _, f := range result.Findings {
		t.Find("%s", f)
	}
	kills, bySelf := exits(t.Fleet.Exits())
	for _, e := range bySelf {
		t.Find("%s", e)
	}
	t.summarise(result.Figures, kills)
	return t.keep(kept{Bounds: in.Bounds, Planted: in.Planted, State: result.State})
}

// settle waits until every report has a unit, or as long as that may take: the
// checker says what is wrong then.
func (t *Trial) settle(ctx context.Context, limit time.Duration) error {
	db, err := t.openDatabase()
	if err != nil {
		return err
	}
	defer db.close()
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); {
		n, err := db.waiting(ctx)
		if err != nil {
			return err
		}
		if n == 0 || !pause(ctx, 500*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}
