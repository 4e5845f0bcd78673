// Command desk serves the application that officers and supervisors work
// with, and its API. Any number of them may run.
package main

import (
	"context"
	"io"

	"github.com/phananh/portal/pkg/failpoint"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/services/desk/app"
	"github.com/phananh/portal/web"
)

type config struct {
	Addr          string `default:"127.0.0.1:8081" env:"PORTAL_DESK" help:"address of the desk"`
	Checkpoint    string `type:"path" env:"PORTAL_CHECKPOINT" help:"file that makes the next start quick; none: read the whole journal"`
	Ledger        string `type:"path" env:"PORTAL_LEDGER" help:"folder of the ledger, a signed record of the journal, best on another machine's disk; none: no ledger"`
	LedgerKey     string `type:"path" env:"PORTAL_LEDGER_KEY" help:"file with the ledger's private key, made where there is none; default: beside the ledger"`
	SecureCookies bool   `env:"PORTAL_SECURE_COOKIES" help:"cookies for HTTPS only; needed behind a TLS proxy"`
	program.Service
}

func main() { program.Main(run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var cfg config
	if _, err := program.Parse(&cfg, "desk", "Serves officers and supervisors.", args, stdout); err != nil {
		return err
	}
	return cfg.Run(ctx, func(g program.Ground) (program.Part, error) {
		return app.Start(ctx, app.Config{
			Addr: cfg.Addr, Journal: g.Journal, Bus: g.Bus, Jurisdiction: g.Jurisdiction,
			Ledger: cfg.Ledger, LedgerKey: cfg.LedgerKey,
			Checkpoint: cfg.Checkpoint, SecureCookies: cfg.SecureCookies, UI: web.Desk(), Log: g.Log, Now: failpoint.Now,
		})
	})
}
