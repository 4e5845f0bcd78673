// Command intake serves the public site and the public API: it takes reports
// and lets residents follow them up. Any number of them may run.
package main

import (
	"context"
	"io"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/services/intake/app"
)

type config struct {
	Addr string `default:"127.0.0.1:8080" env:"PORTAL_PUBLIC" help:"address of the public site"`
	program.ReceiptKey
	program.Service
}

func main() { program.Main(run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var cfg config
	if _, err := program.Parse(&cfg, "intake", "Serves the public site and the public API.", args, stdout); err != nil {
		return err
	}
	key, err := cfg.Key()
	if err != nil {
		return err
	}
	return cfg.Run(ctx, func(g program.Ground) (program.Part, error) {
		return app.Start(app.Config{
			Addr: cfg.Addr, Journal: g.Journal, Jurisdiction: g.Jurisdiction, Key: key, Log: g.Log, Now: failpoint.Now,
		})
	})
}
