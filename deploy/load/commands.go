package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/phananh/portal/deploy/load/accept"
	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/demo"
	"github.com/phananh/portal/deploy/load/latency"
	"github.com/phananh/portal/deploy/load/plan"
	"github.com/phananh/portal/deploy/load/progress"
	"github.com/phananh/portal/deploy/load/stories"
	"github.com/phananh/portal/deploy/load/target"
)

// Limits of a run, so that a slip of the finger does no harm.
const (
	longestRun      = 5 * time.Minute
	mostReports     = 10_000
	mostRate        = 1_000 // reports/s
	mostConnections = 4_096
)

// settings are what all commands take.
type settings struct {
	Public string `help:"Address of the public site." default:"http://127.0.0.1:8080" env:"LOAD_PUBLIC"`
	Seed   uint64 `help:"Seed of the random numbers; 0 takes another one each time."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

// result is what every command prints in the end.
type result interface {
	Print(w io.Writer) error
	Complete() error // what the run shows to be missing
}

func (s settings) finish(out output, r result) error {
	var err error
	if s.JSON {
		e := json.NewEncoder(out.stdout)
		e.SetIndent("", "  ")
		err = e.Encode(r)
	} else {
		err = r.Print(out.stdout)
	}
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return r.Complete()
}

// maker asks the portal what may be reported, and gets ready to plan it.
func (s settings) maker(ctx context.Context, client *api.Client) (*plan.Maker, api.Lists, error) {
	library, err := stories.Load()
	if err != nil {
		return nil, api.Lists{}, err
	}
	lists, err := client.Lists(ctx)
	if err != nil {
		return nil, api.Lists{}, err
	}
	seed := s.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	return plan.New(library, lists, time.Now(), rand.New(rand.NewPCG(seed, 0))), lists, nil
}

type demoCommand struct {
	settings
	Count    int           `help:"How many reports." default:"200"`
	Parallel int           `help:"How many residents send at once." default:"4"`
	Deadline time.Duration `help:"How long routing may take once all are sent." default:"30s"`
	Remote   bool          `help:"Allow a portal on another machine. The reports are invented: never send them to one that is in use."`
}

// Run sends the demo's reports.
func (c demoCommand) Run(ctx context.Context, out output) error {
	if err := target.Check(c.Public); err != nil && (!c.Remote || !errors.Is(err, target.ErrRemote)) {
		return err
	}
	if c.Count < 1 || c.Count > mostReports || c.Parallel < 1 || c.Parallel > 64 {
		return fmt.Errorf("--count is 1 to %d and --parallel 1 to 64", mostReports)
	}
	transport := api.NewTransport(c.Parallel)
	defer transport.CloseIdleConnections()
	client := api.New(c.Public, &http.Client{Transport: transport}, api.Patient())
	maker, lists, err := c.maker(ctx, client)
	if err != nil {
		return err
	}
	reports, err := maker.Reports(c.Count)
	if err != nil {
		return err
	}
	watch := out.stdout
	if c.JSON {
		watch = out.stderr
	}
	all, err := demo.Run(ctx, demo.Config{
		Client: client, Reports: reports, Parallel: c.Parallel, Deadline: c.Deadline, Progress: progress.New(watch),
	})
	if err != nil {
		return err
	}
	return c.finish(out, demo.Summarise(lists, all))
}

type acceptCommand struct {
	settings
	Connections int           `help:"How many connections send at once." default:"64"`
	Duration    time.Duration `help:"How long to measure, at most 5m." default:"10s"`
	Warmup      time.Duration `help:"How long before that is not counted." default:"1s"`
}

// Run measures accepting.
func (c acceptCommand) Run(ctx context.Context, out output) error {
	if err := target.Check(c.Public); err != nil {
		return err
	}
	if c.Connections < 1 || c.Connections > mostConnections {
		return fmt.Errorf("--connections is 1 to %d", mostConnections)
	}
	if err := bounded(c.Duration, c.Warmup); err != nil {
		return err
	}
	transport := api.NewTransport(1)
	maker, _, err := c.maker(ctx, api.New(c.Public, &http.Client{Transport: transport}, api.Once()))
	transport.CloseIdleConnections()
	if err != nil {
		return err
	}
	reports, err := maker.Reports(1024)
	if err != nil {
		return err
	}
	r, err := accept.Run(ctx, accept.Config{
		Public: c.Public, Reports: reports, Connections: c.Connections, Duration: c.Duration, Warmup: c.Warmup,
	})
	if err != nil {
		return err
	}
	return c.finish(out, r)
}

type latencyCommand struct {
	settings
	Desk     string        `help:"Address of the desk." default:"http://127.0.0.1:8081" env:"LOAD_DESK"`
	Username string        `help:"Account of a district's officer." required:"" env:"LOAD_USERNAME"`
	Password string        `help:"Its password; better given in the environment." required:"" env:"LOAD_PASSWORD"`
	Rate     float64       `help:"Reports per second." default:"20"`
	Duration time.Duration `help:"How long to measure, at most 5m." default:"15s"`
	Patience time.Duration `help:"How long a report may take to be seen." default:"10s"`
}

// Run measures how soon reports are seen.
func (c latencyCommand) Run(ctx context.Context, out output) error {
	if err := target.Check(c.Public, c.Desk); err != nil {
		return err
	}
	if !(c.Rate > 0 && c.Rate <= mostRate) {
		return fmt.Errorf("--rate is more than 0 and at most %d", mostRate)
	}
	if err := bounded(c.Duration, c.Patience); err != nil {
		return err
	}
	transport := api.NewTransport(1)
	maker, _, err := c.maker(ctx, api.New(c.Public, &http.Client{Transport: transport}, api.Once()))
	transport.CloseIdleConnections()
	if err != nil {
		return err
	}
	r, err := latency.Run(ctx, latency.Config{
		Public: c.Public, Desk: c.Desk, Username: c.Username, Password: c.Password,
		Rate: c.Rate, Duration: c.Duration, Patience: c.Patience, Reports: maker.ForUnit,
	})
	if err != nil {
		return err
	}
	return c.finish(out, r)
}

// bounded checks how long a run may take.
func bounded(duration, beside time.Duration) error {
	if duration <= 0 || duration > longestRun || beside < 0 || beside > time.Minute {
		return fmt.Errorf("--duration is more than 0 and at most %s; --warmup and --patience are at most 1m", longestRun)
	}
	return nil
}
