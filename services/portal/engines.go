package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/pkg/report"
)

// uriFile tells other commands where the running portal's engine listens.
const uriFile = "engine.uri"

// stores is where the portal keeps things: in the stores that are named, or
// else in embedded ones under the data folder.
type stores struct {
	Data string `default:"./data" type:"path" env:"PORTAL_DATA" help:"folder for everything the portal keeps"`
	program.Stores
}

// openFolder takes the data folder.
func (s stores) openFolder(stack *program.Stack) (*embedded.Folder, error) {
	folder, err := embedded.OpenFolder(s.Data)
	if err != nil {
		return nil, err
	}
	stack.Push(func(context.Context) error { return folder.Close() })
	return folder, nil
}

// connect connects to the named stores, or starts the embedded ones.
func (s stores) connect(ctx context.Context, stack *program.Stack, folder *embedded.Folder, log *slog.Logger) (*journal.Journal, *bus.Bus, error) {
	given, err := s.Given()
	if err != nil {
		return nil, nil, err
	}
	if given {
		return s.Connect(stack, log)
	}
	engine, err := s.startEngine(ctx, stack, folder, log)
	if err != nil {
		return nil, nil, err
	}
	server, err := embedded.StartNATS(embedded.NATSConfig{Dir: folder.Path("nats"), Log: log})
	if err != nil {
		return nil, nil, err
	}
	stack.Push(func(context.Context) error { return server.Close() })
	s.MongoDB, s.NATS = program.Secret(engine.URI()), program.Secret(server.URL())
	return s.Connect(stack, log, server.Options()...)
}

// startEngine starts the embedded engine and leaves word of where it is.
func (s stores) startEngine(ctx context.Context, stack *program.Stack, folder *embedded.Folder, log *slog.Logger) (*embedded.Engine, error) {
	engine, err := embedded.StartEngine(embedded.EngineConfig{Dir: folder.Path("mongodb"), Log: log})
	if err != nil {
		return nil, err
	}
	stack.Push(func(context.Context) error { return engine.Close() })
	if err := engine.Prepare(ctx, journal.Databases(s.Database)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(folder.Path(uriFile), []byte(engine.URI()+"\n"), 0o600); err != nil {
		return nil, err
	}
	return engine, nil
}

// mute announces nothing, and says so: a command beside the portal must not
// take entries out of the portal's outbox.
type mute struct{}

func (mute) Announce(context.Context, []report.Entry) error {
	return errors.New("this command announces nothing")
}

// never keeps such a command from sweeping the outbox.
const never = 24 * time.Hour

// openJournal connects a command beside the portal to its journal: to the
// named store, to the engine of the portal that is running on the data
// folder, or to an engine of its own when none is.
func (s stores) openJournal(ctx context.Context, stack *program.Stack, log *slog.Logger) (*journal.Journal, error) {
	uri := s.MongoDB
	if uri == "" {
		folder, err := s.openFolder(stack)
		switch {
		case errors.Is(err, embedded.ErrInUse):
			if uri, err = s.runningEngine(); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			engine, err := s.startEngine(ctx, stack, folder, log)
			if err != nil {
				return nil, err
			}
			if err := engine.Mended(ctx); err != nil { // a command reads once, and at once
				return nil, err
			}
			uri = program.Secret(engine.URI())
		}
	}
	j, err := journal.Open(journal.Config{URI: string(uri), Database: s.Database, Announcer: mute{}, SweepEvery: never, Log: log})
	if err != nil {
		return nil, err
	}
	stack.Push(j.Close)
	return j, nil
}

func (s stores) runningEngine() (program.Secret, error) {
	b, err := fs.ReadFile(os.DirFS(s.Data), uriFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the portal on %s is starting or uses other stores; try again, or give MONGODB_URI", s.Data)
	}
	if err != nil {
		return "", err
	}
	return program.Secret(strings.TrimSpace(string(b))), nil
}
