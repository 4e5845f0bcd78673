package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
)

// Service is the configuration of a service that runs as its own process.
type Service struct {
	Stores
	Territory
	Logging
	Stopping
}

// Ground is what a service stands on.
type Ground struct {
	Journal      *journal.Journal
	Bus          *bus.Bus
	Jurisdiction *jurisdiction.Jurisdiction
	Log          *slog.Logger
}

// Run connects, starts the one part of the service, and runs it until ctx
// ends or the part stops by itself.
func (s Service) Run(ctx context.Context, start func(Ground) (Part, error)) (err error) {
	given, err := s.Given()
	if err != nil {
		return err
	}
	if !given {
		return errors.New("MONGODB_URI and NATS_URL are needed")
	}
	territory, err := s.Load()
	if err != nil {
		return fmt.Errorf("jurisdiction:\n%w", err)
	}
	log := s.Logger(os.Stderr)
	stack := Stack{Linger: s.Linger}
	defer func() { err = errors.Join(err, stack.Close(ctx)) }()
	j, b, err := s.Connect(&stack, log)
	if err != nil {
		return err
	}
	part, err := start(Ground{Journal: j, Bus: b, Jurisdiction: territory, Log: log})
	if err != nil {
		return err
	}
	stack.Start(part)
	log.Info("started", "jurisdiction", territory.Version())
	return stack.Wait(ctx)
}
