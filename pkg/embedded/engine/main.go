// Command engine runs the embedded engines as a process of their own: a
// MongoDB-compatible engine and a NATS server, both over TCP on loopback. It
// serves tests, which must not run the engine inside a race-detecting binary,
// and trying the services as separate processes on one machine.
//
// It prints one line of JSON with the addresses, and stops when its standard
// input closes or it is asked to by a signal. An empty address leaves that
// engine out, so that each can run, and fail, alone.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/program"
)

// Addresses is what the program prints when it is ready. An engine that was
// left out has none.
type Addresses struct {
	MongoDB string `json:"mongodb_uri"`
	NATS    string `json:"nats_url"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go program.TuneGC(ctx)
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	data := flags.String("data", "./data", "folder for the engines' data")
	mongo := flags.String("mongodb", "127.0.0.1:0", "address of the MongoDB-compatible engine; empty: none")
	nats := flags.String("nats", "127.0.0.1:0", "address of the NATS server; empty: none")
	database := flags.String("database", "phananh", "database to prepare")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	folder, err := embedded.OpenFolder(*data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	var at Addresses
	if *mongo != "" {
		db, err := embedded.StartEngine(embedded.EngineConfig{Dir: folder.Path("mongodb"), TCP: *mongo, Log: log})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		if err := db.Prepare(ctx, journal.Databases(*database)); err != nil {
			return err
		}
		at.MongoDB = db.URI()
	}
	if *nats != "" {
		bus, err := embedded.StartNATS(embedded.NATSConfig{Dir: folder.Path("nats"), TCP: *nats, Log: log})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, bus.Close()) }()
		at.NATS = bus.URL()
	}
	if err := json.NewEncoder(stdout).Encode(at); err != nil {
		return err
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_, _ = io.Copy(io.Discard, stdin)
	}()
	select {
	case <-ctx.Done():
	case <-closed:
		log.Info("standard input was closed, stopping")
	}
	return nil
}
