package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/phananh/portal/deploy/load/accept"
	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/soak"
	"github.com/phananh/portal/deploy/load/target"
)

type soakCommand struct {
	settings
	PID         int           `name:"pid" help:"Process of the portal, on this machine." required:""`
	Trace       string        `help:"File that the portal's standard error goes to; it runs with GODEBUG=gctrace=1." required:""`
	Connections int           `help:"How many connections send at once." default:"64"`
	Duration    time.Duration `help:"How long to watch, at most 5m." default:"5m"`
	Every       time.Duration `help:"How often to look at the memory." default:"5s"`
}

// Run watches the portal's memory.
func (c soakCommand) Run(ctx context.Context, out output) error {
	if err := target.Check(c.Public); err != nil {
		return err
	}
	if c.Connections < 1 || c.Connections > mostConnections || c.Every <= 0 {
		return errors.New("--connections and --every must be more than 0")
	}
	if err := bounded(c.Duration, 0); err != nil {
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
	r, err := soak.Run(ctx, soak.Config{
		Load:   accept.Config{Public: c.Public, Reports: reports, Connections: c.Connections, Duration: c.Duration},
		Every:  c.Every,
		Memory: func() (soak.Memory, error) { return soak.Process(c.PID, c.Trace) },
	})
	if err != nil {
		return err
	}
	return c.finish(out, r)
}
