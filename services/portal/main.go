// Command portal is the whole portal in one program: the public site, triage
// and the desk, on engines of its own where it is given no others. Its
// subcommands look after what it keeps.
package main

import (
	"context"
	"io"

	"github.com/phananh/portal/pkg/program"
)

type cli struct {
	Serve  serve  `cmd:"" help:"Run the portal: public site, triage and desk in one process."`
	User   users  `cmd:"" help:"Look after accounts; the portal may be running."`
	Doctor doctor `cmd:"" help:"Check a configuration before production, and say what to do."`

	Verify verify     `cmd:"" help:"Check that nothing in the journal was edited or removed; the portal may be running."`
	Ledger showLedger `cmd:"" help:"Check the ledger alone, and print its head."`
}

func main() { program.Main(run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var c cli
	command, err := program.Parse(&c, "portal", "Phản Ánh: residents tell the police what they saw.", args, stdout)
	if err != nil {
		return program.Exit{Status: 2, Err: err} // wrong usage
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.BindTo(stdout, (*io.Writer)(nil))
	return command.Run()
}
