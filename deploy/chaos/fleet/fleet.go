// Package fleet runs the portal as its operators would, only worse: every
// service twice, the stores as processes of their own, and a link between
// every service and every store that can be cut. Whatever ends is started
// again.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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

func (f *Fleet) addStores() (err error) {
	servers := 1
	if f.cfg.Cluster {
		servers = 3
	}
	if f.mongoPort, err = f.cfg.Host.Port(); err != nil {
		return err
	}
	for i := range servers {
		node := natsNode{name: "nats-" + strconv.Itoa(i+1)}
		if node.client, err = f.cfg.Host.Port(); err != nil {
			return err
		}
		if node.route, err = f.cfg.Host.Port(); err != nil {
			return err
		}
		f.nodes = append(f.nodes, node)
	}
	for i, node := range f.nodes {
		args, err := f.natsArgs(i)
		if err != nil {
			return err
		}
		p, err := f.add(Spec{Name: node.name, Role: NATS, Args: f.cfg.Inside(args), Stdin: f.cfg.Embedded, Check: dials(node.client)})
		if err != nil {
			return err
		}
		f.NATS = append(f.NATS, p)
	}
	args := f.cfg.Inside([]string{
		filepath.Join(f.cfg.Programs, "engine"), "-data", filepath.Join(f.cfg.Stores, "engine"),
		"-mongodb", address(f.mongoPort), "-nats", "", "-database", Database,
	})
	f.Engine, err = f.add(Spec{Name: "engine", Role: Engine, Args: args, Stdin: true, Check: answers(f.mongoPort)})
	return err
}

// natsArgs is how the i-th NATS server is started.
func (f *Fleet) natsArgs(i int) ([]string, error) {
	if f.cfg.Embedded {
		return []string{
			filepath.Join(f.cfg.Programs, "engine"), "-data", f.NATSStore(i), "-mongodb", "", "-nats", address(f.nodes[i].client),
		}, nil
	}
	file, err := writeNATSConfig(f.cfg.Dir, f.NATSStore(i), f.nodes, i)
	return []string{filepath.Join(f.cfg.Programs, "nats-server"), "-c", file}, err
}

func (f *Fleet) addServices() error {
	for _, role := range []Role{Intake, Triage, Desk} {
		for i := range f.cfg.Replicas {
			if err := f.addService(role, string(role)+"-"+strconv.Itoa(i+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Fleet) addService(role Role, name string) error {
	mongo, err := f.link(name+"/mongodb", f.mongoPort)
	if err != nil {
		return err
	}
	var nats []string
	for _, node := range f.nodes {
		port, err := f.link(name+"/"+node.name, node.client)
		if err != nil {
			return err
		}
		nats = append(nats, "nats://"+address(port))
	}
	port, err := f.cfg.Host.Port()
	if err != nil {
		return err
	}
	env := []string{
		"MONGODB_URI=mongodb://" + address(mongo) + "/",
		"PORTAL_DATABASE=" + Database,
		"NATS_URL=" + strings.Join(nats, ","),
		"PORTAL_NATS_REPLICAS=" + strconv.Itoa(len(f.nodes)),
	}
	switch role {
	case Intake:
		env = append(env, "PORTAL_PUBLIC="+address(port), "PORTAL_RECEIPT_KEY="+f.cfg.Key)
	case Triage:
		env = append(env, "PORTAL_TRIAGE="+address(port))
	case Desk:
		env = append(env, "PORTAL_DESK="+address(port), "PORTAL_CHECKPOINT="+filepath.Join(f.cfg.Dir, name+".checkpoint"))
	}
	if f.cfg.Env != nil {
		env = append(env, f.cfg.Env(name, role)...)
	}
	url := "http://" + address(port)
	spec := Spec{
		Name: name, Role: role, Args: []string{filepath.Join(f.cfg.Programs, string(role))}, Env: env,
		Check: func(ctx context.Context) error { return Ready(ctx, url) },
	}
	if f.cfg.Arm != nil {
		spec.Arm = func() string { return f.cfg.Arm(name, role) }
	}
	p, err := f.add(spec)
	if err != nil {
		return err
	}
	f.urls[name] = url
	switch role {
	case Intake:
		f.Intakes = append(f.Intakes, p)
	case Triage:
		f.Triages = append(f.Triages, p)
	case Desk:
		f.Desks = append(f.Desks, p)
	}
	return nil
}

// link opens a link to a loopback port and returns where it begins.
func (f *Fleet) link(name string, to int) (int, error) {
	from, err := f.cfg.Host.Port()
	if err != nil {
		return 0, err
	}
	l, err := f.links.open(name, from, address(to))
	if err != nil {
		return 0, err
	}
	f.Links = append(f.Links, l)
	return from, nil
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

// Ready returns nil once a service says that it is ready.
func Ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/readyz: %s", url, resp.Status)
	}
	return nil
}
