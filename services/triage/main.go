// Command triage consumes accepted reports and routes them to the units'
// queues. Any number of them may run.
package main

import (
	"context"
	"io"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/services/triage/app"
)

type config struct {
	Addr string `default:"127.0.0.1:8082" env:"PORTAL_TRIAGE" help:"address of the health checks and figures"`
	program.Service
}

func main() { program.Main(run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var cfg config
	if _, err := program.Parse(&cfg, "triage", "Routes accepted reports to the units' queues.", args, stdout); err != nil {
		return err
	}
	return cfg.Run(ctx, func(g program.Ground) (program.Part, error) {
		return app.Start(app.Config{
			Addr: cfg.Addr, Journal: g.Journal, Bus: g.Bus, Jurisdiction: g.Jurisdiction, Log: g.Log, Now: failpoint.Now,
		})
	})
}
