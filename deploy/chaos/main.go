// Command chaos breaks a portal in every way that it is meant to survive, and
// then compares what everybody was told with what is there. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/deploy/chaos/scenario"
	"github.com/phananh/portal/deploy/chaos/table"
)

// errBroken says that there were findings; they have been printed.
var errBroken = errors.New("a promise was broken")

type cli struct {
	Run   run     `cmd:"" default:"withargs" help:"Break a portal and check it."`
	Check recheck `cmd:"" help:"Check a kept history once more."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	command := kong.Parse(&c, kong.Name("chaos"), kong.Description("Breaks a portal in every way that it is meant to survive."))
	command.BindTo(ctx, (*context.Context)(nil))
	command.BindTo(os.Stdout, (*io.Writer)(nil))
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		stop()
		os.Exit(1)
	}
}

type run struct {
	Programs string `default:"bin/chaos" type:"existingdir" help:"folder of the programs, built with failpoints, and of nats-server"`
	Long     bool   `help:"the long form: about 15 minutes"`
	Only     []int  `help:"numbers of the scenarios to run; all without it"`
	Seed     uint64 `help:"of all random choices; 0: drawn and printed"`
	AtOnce   int    `default:"3" help:"scenarios at the same time"`
	Logs     string `type:"path" help:"folder for logs and data; a temporary one without it"`
	Keep     bool   `help:"keep the folder though nothing was found"`
}

// Run is the command.
func (r run) Run(ctx context.Context, stdout io.Writer) (err error) {
	if r.Seed == 0 {
		r.Seed = rand.Uint64N(1 << 32)
	}
	if r.Logs == "" {
		if r.Logs, err = os.MkdirTemp("", "chaos-"); err != nil {
			return err
		}
	}
	host := fleet.NewHost()
	defer host.Close()
	tally := scenario.NewTally()
	stage := &scenario.Stage{
		Host: host, Programs: r.Programs, Dir: r.Logs, Seed: r.Seed, Long: r.Long, Tally: tally, Out: os.Stderr,
	}
	chosen := r.chosen()
	begun := time.Now()
	stage.Say("seed %d, %d scenarios, logs in %s", r.Seed, len(chosen), r.Logs)
	rows := scenario.Run(ctx, stage, chosen, r.AtOnce)
	if err := r.report(stdout, rows, tally, time.Since(begun)); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted; logs in %s: %w", r.Logs, ctx.Err())
	}
	if slices.ContainsFunc(rows, func(row table.Row) bool { return !row.Kept() }) {
		return fmt.Errorf("%w; logs in %s, again with --seed %d", errBroken, r.Logs, r.Seed)
	}
	if r.Keep {
		return nil
	}
	return os.RemoveAll(r.Logs)
}

func (r run) chosen() []scenario.Scenario {
	return slices.DeleteFunc(scenario.All(), func(c scenario.Scenario) bool {
		return len(r.Only) > 0 && !slices.Contains(r.Only, c.Number)
	})
}

func (r run) report(w io.Writer, rows []table.Row, tally *scenario.Tally, took time.Duration) error {
	_, err := fmt.Fprintf(w, "Seed %d, %s.\n\n", r.Seed, took.Round(time.Second))
	err = errors.Join(err, table.Write(w, rows))
	_, e := fmt.Fprintln(w)
	return errors.Join(err, e, table.WritePoints(w, tally.Points()), table.WriteFindings(w, rows))
}

type recheck struct {
	Dir string `arg:"" type:"existingdir" help:"folder of one scenario"`
}

// Run is the command.
func (r recheck) Run(stdout io.Writer) error {
	result, err := scenario.Recheck(r.Dir)
	if err != nil {
		return err
	}
	for _, f := range result.Findings {
		if _, err := fmt.Fprintln(stdout, f); err != nil {
			return err
		}
	}
	if n := len(result.Findings); n > 0 {
		return fmt.Errorf("%w: %d findings in %s", errBroken, n, filepath.Base(r.Dir))
	}
	_, err = fmt.Fprintln(stdout, "no findings in", filepath.Base(r.Dir))
	return err
}
