package program

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/journal"
)

// Stores is where the journal and the bus are.
type Stores struct {
	MongoDB  Secret `name:"mongodb" env:"MONGODB_URI" help:"MongoDB connection string (a replica set or sharded cluster)"`
	Database string `default:"phananh" env:"PORTAL_DATABASE" help:"name of the database"`
	NATS     Secret `name:"nats" env:"NATS_URL" help:"NATS servers, divided by commas"`
	Replicas int    `default:"1" env:"PORTAL_NATS_REPLICAS" help:"replicas of the stream: 1, or 3 on a NATS cluster"`

	MarkerLife time.Duration `default:"1m" env:"PORTAL_MARKER_LIFE" hidden:"" help:"when an outbox marker whose entry never came is dropped"`
}

// Given says whether both stores are named. It is an error to name one only.
func (s Stores) Given() (bool, error) {
	if (s.MongoDB == "") != (s.NATS == "") {
		return false, errors.New("MONGODB_URI and NATS_URL go together: give both or neither")
	}
	return s.MongoDB != "", nil
}

// Connect connects to both and has stack close them: the journal first, while it
// can still announce what it has written. It does not wait for either.
func (s Stores) Connect(stack *Stack, log *slog.Logger, natsOptions ...bus.Option) (*journal.Journal, *bus.Bus, error) {
	b, err := bus.Connect(bus.Config{URL: string(s.NATS), Options: natsOptions, Replicas: s.Replicas, Log: log})
	if err != nil {
		return nil, nil, err
	}
	stack.Push(func(context.Context) error { b.Close(); return nil })
	j, err := journal.Open(journal.Config{URI: string(s.MongoDB), Database: s.Database, Announcer: b, MarkerLife: s.MarkerLife, Log: log})
	if err != nil {
		return nil, nil, err
	}
	stack.Push(j.Close)
	return j, b, nil
}
