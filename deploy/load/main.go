// The load program is an outside client of the portal: it sends a demo's
// reports and measures how the portal bears a load. Everything it sends is
// invented.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// commands is the command line.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Send realistic reports and show where each went."`
	Accept  acceptCommand  `cmd:"" help:"Measure how many reports are accepted, and how fast."`
	Latency latencyCommand `cmd:"" help:"Measure how soon a report is seen at the desk."`
	Soak    soakCommand    `cmd:"" help:"Watch the portal's memory under a long load."`
}

// output is where a command writes.
type output struct{ stdout, stderr io.Writer }

// run does what the arguments say.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c commands
	helped := false // kong prints the help while it parses, and wants to leave the program then
	parser, err := kong.New(&c,
		kong.Name("load"),
		kong.Description("Sends invented reports to a portal, as an outside client."),
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
