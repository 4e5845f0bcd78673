// Package fleet runs the portal as its operators would, only worse: every
// service twice, the stores as processes of their own, and a link between
// every service and every store that can be cut. Whatever ends is started
// again.
package fleet

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Database is the database's name.
const Database = "phananh"

// Config of a fleet.
type Config struct {
	Host     *Host
	Dir      string // for everything that the fleet writes; made when missing
	Programs string // folder of the programs
	Key      string // the receipt key, hexadecimal

	Replicas int  // of each service; 0: two
	Cluster  bool // three NATS servers instead of one
	Embedded bool // NATS as the product embeds it, in a process of its own

	Stores string                  // folder of the stores' data; empty: in Dir
	Inside func([]string) []string // how a command is run where Stores can be seen; nil: as it is

	Accounts []Account
	Env      func(name string, role Role) []string // more environment; may be nil
	Arm      func(name string, role Role) string   // failpoints of a service's next life; may be nil
	OnExit   func(Exit)                            // may be nil
	OnHit    func(Hit)                             // may be nil
}

// Fleet is a running portal.
type Fleet struct {
	cfg   Config
	links links

	Intakes, Triages, Desks []*Process
	Engine                  *Process
	NATS                    []*Process
	Links                   []*Link

	mongoPort int
	nodes     []natsNode
	urls      map[string]string // of services, by name

	mu    sync.Mutex
	exits []Exit
}

// Start starts the stores, makes the accounts, and starts the services. All
// of them answer when it returns.
func Start(ctx context.Context, cfg Config) (f *Fleet, err error) {
	if cfg.Replicas == 0 {
		cfg.Replicas = 2
	}
	if cfg.Stores == "" {
		cfg.Stores = cfg.Dir
	}
	if cfg.Inside == nil {
		cfg.Inside = func(args []string) []string { return args }
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	f = &Fleet{cfg: cfg, links: newLinks(), urls: map[string]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if err := f.addStores(); err != nil {
		return f, err
	}
	if err := f.up(ctx, append(slices.Clone(f.NATS), f.Engine)); err != nil {
		return f, err
	}
	if err := addAccounts(ctx, f.MongoDB(), cfg.Accounts); err != nil {
		return f, err
	}
	if err := f.addServices(); err != nil {
		return f, err
	}
	return f, f.up(ctx, f.Services())
}

func (f *Fleet) up(ctx context.Context, all []*Process) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, p := range all {
		if err := p.Up(); err != nil {
			return err
		}
	}
	for _, p := range all {
		if err := p.WaitUp(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (f *Fleet) add(spec Spec) (*Process, error) {
	return newProcess(f.cfg.Host, f.cfg.Dir, spec, f.exited, f.cfg.OnHit)
}

func (f *Fleet) exited(e Exit) {
	f.mu.Lock()
	f.exits = append(f.exits, e)
	f.mu.Unlock()
	if f.cfg.OnExit != nil {
		f.cfg.OnExit(e)
	}
}

// Close takes everything down, services first, and ends the links. Closing
// again does nothing.
func (f *Fleet) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := errors.Join(f.down(ctx, f.Services()), f.down(ctx, f.stores()))
	for _, l := range f.Links {
		l.close()
	}
	for _, p := range f.All() {
		err = errors.Join(err, p.close())
	}
	return err
}

func (f *Fleet) down(ctx context.Context, all []*Process) error {
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, p := range all {
		group.Go(func() { errs[i] = p.Down(ctx, syscall.SIGTERM) })
	}
	group.Wait()
	return errors.Join(errs...)
}
