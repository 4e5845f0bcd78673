// The bench program measures the portal's accept path beside PocketBase taking
// the same record, in turn on the same machine and disk. It is for measuring:
// nothing of it is in the product.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/phananh/portal/deploy/bench/peer"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// commands is the command line. The program starts its peers as processes of
// its own kind.
type commands struct {
	Peers      peersCommand      `cmd:"" help:"Measure the portal beside PocketBase, and the limits of the machine."`
	PocketBase pocketBaseCommand `cmd:"" name:"pocketbase" hidden:""`
	Gin        ginCommand        `cmd:"" hidden:""`
}

// output is where a command writes.
type output struct{ stdout, stderr io.Writer }

// run does what the arguments say.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c commands
	helped := false // kong prints the help while it parses, and wants to leave the program then
	parser, err := kong.New(&c,
		kong.Name("bench"),
		kong.Description("Measures the portal's accept path beside PocketBase."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(output{stdout, stderr}),
	)
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return err
	}
	return parsed.Run()
}

type pocketBaseCommand struct {
	Data       string `required:"" type:"path"`
	Full       bool
	Nested     bool
	Categories []string `required:""`
}

// Run serves PocketBase.
func (c pocketBaseCommand) Run(ctx context.Context, out output) error {
	return peer.PocketBase(ctx, peer.Config{
		Addr: "127.0.0.1:0", Dir: c.Data, Categories: c.Categories, Full: c.Full, Nested: c.Nested,
	}, out.stdout)
}

type ginCommand struct{}

// Run serves the empty handler.
func (ginCommand) Run(ctx context.Context, out output) error {
	return peer.Empty(ctx, "127.0.0.1:0", out.stdout)
}
