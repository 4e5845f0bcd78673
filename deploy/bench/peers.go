package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/bench/contender"
	"github.com/phananh/portal/deploy/bench/disk"
	"github.com/phananh/portal/deploy/bench/push"
	"github.com/phananh/portal/deploy/bench/table"
)

// plannedReports is how many different reports are sent, in turn.
const plannedReports = 1024

type peersCommand struct {
	Bin         string        `help:"Folder of the built programs." default:"bin" type:"path"`
	Data        string        `help:"Folder on the disk to measure on; a temporary one is made in it." default:"" type:"path"`
	Connections []int         `help:"How many connections send at once." default:"16,64,256"`
	Duration    time.Duration `help:"How long each measurement takes." default:"3s"`
	Warmup      time.Duration `help:"How long before each that is not counted." default:"1s"`
	Rounds      int           `help:"How often all is measured; medians are printed." default:"3"`
}

// bench is one run.
type bench struct {
	peersCommand
	dir    string
	table  table.Table
	says   map[string]string // by contender
	number int               // of the next data folder
	stderr io.Writer
}

// Run measures everything and prints it.
func (c peersCommand) Run(ctx context.Context, out output) (err error) {
	if c.Rounds < 1 || c.Duration <= 0 || c.Warmup < 0 || len(c.Connections) == 0 {
		return errors.New("--rounds, --duration and --connections must be more than nothing")
	}
	dir, err := os.MkdirTemp(c.Data, "phananh-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{peersCommand: c, dir: dir, says: map[string]string{}, stderr: out.stderr}
	p, err := b.plan(ctx)
	if err != nil {
		return err
	}
	all := []contender.Contender{
		contender.Intake(c.Bin, p.Portal),
		contender.PocketBase("PocketBase as it ships", p.Columns, p.Categories),
		contender.PocketBase("PocketBase, place and contact unchecked JSON", p.Nested, p.Categories, "--nested"),
		contender.PocketBase("PocketBase, synchronous=FULL", p.Columns, p.Categories, "--full"),
		contender.Portal(c.Bin, p.Portal),
		contender.Gin(p.Portal),
	}
	syncs, err := b.syncRates()
	if err != nil {
		return err
	}
	for round := range c.Rounds {
		for _, n := range c.Connections {
			for _, one := range all {
				if err := b.measure(ctx, one, n, round); err != nil {
					return fmt.Errorf("%s, %d connections: %w", one.Name, n, err)
				}
			}
		}
	}
	return b.print(out.stdout, all, syncs)
}

// plan asks a portal of its own what may be reported.
func (b *bench) plan(ctx context.Context) (_ contender.Planned, err error) {
	dir, err := b.folder()
	if err != nil {
		return contender.Planned{}, err
	}
	portal, err := contender.Portal(b.Bin, nil).Start(ctx, dir)
	if err != nil {
		return contender.Planned{}, err
	}
	defer func() { err = errors.Join(err, portal.Stop(), os.RemoveAll(dir)) }()
	return contender.Plan(ctx, strings.TrimSuffix(portal.Target.URL, contender.ReportsPath), plannedReports)
}

// folder makes an empty data folder.
func (b *bench) folder() (string, error) {
	b.number++
	dir := filepath.Join(b.dir, fmt.Sprintf("data-%d", b.number))
	return dir, os.Mkdir(dir, 0o700)
}

// syncRates measures the disk: with one writer and with two.
func (b *bench) syncRates() (rates [2]float64, err error) {
	for i := range rates {
		if rates[i], err = disk.SyncRate(b.dir, i+1, b.Duration/2); err != nil {
			return rates, fmt.Errorf("measure the disk: %w", err)
		}
	}
	return rates, nil
}

// measure starts a contender on an empty folder, pushes, stops it, and
// compares what it has stored with what it has answered.
func (b *bench) measure(ctx context.Context, c contender.Contender, connections, round int) (err error) {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := c.Start(ctx, dir)
	if err != nil {
		return err
	}
	b.says[c.Name] = r.Says
	cpu, begun := r.CPU(), time.Now()
	flushes, _ := disk.Flushes(b.dir)
	result, err := push.Run(ctx, r.Target, push.Load{Connections: connections, Warmup: b.Warmup, Measured: b.Duration})
	flushesAfter, known := disk.Flushes(b.dir)
	cpu, took := r.CPU()-cpu, time.Since(begun)
	if err := errors.Join(err, r.Stop()); err != nil {
		return err
	}
	if result.Answers == 0 {
		return fmt.Errorf("nothing was accepted: %v", result.Errors)
	}
	stored, stores, err := r.Stored()
	if err != nil {
		return fmt.Errorf("count what is stored: %w", err)
	}
	// An answer that did not come may still have been stored.
	if unsure := sum(result.Errors); stores && (stored < result.Answers || stored > result.Answers+unsure) {
		return fmt.Errorf("%d records are stored, but %d were answered", stored, result.Answers)
	}
	row := table.Row{
		Contender: c.Name, Connections: connections, PerSecond: result.PerSecond, P50: result.P50, P99: result.P99,
		ServerCPU: cpu / time.Duration(result.Answers), ClientCPU: result.CPU / time.Duration(result.Answers),
		Flushes: -1, Errors: result.Errors,
	}
	if known {
		row.Flushes = float64(flushesAfter-flushes) / took.Seconds()
	}
	b.table.Add(row)
	_, err = fmt.Fprintf(b.stderr, "round %d, %d connections, %s: %.0f/s, p99 %s, %d stored\n",
		round+1, connections, c.Name, row.PerSecond, row.P99.Round(100*time.Microsecond), stored)
	return err
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}
