package fleet

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// MongoDB is where the engine is reached without a link.
func (f *Fleet) MongoDB() string { return "mongodb://" + address(f.mongoPort) + "/" }

// NATSURL is where the i-th NATS server is reached without a link.
func (f *Fleet) NATSURL(i int) string { return "nats://" + address(f.nodes[i].client) }

// NATSStore is the folder in which the i-th NATS server keeps its streams.
func (f *Fleet) NATSStore(i int) string { return filepath.Join(f.cfg.Stores, f.nodes[i].name) }

// URL is where a service is reached.
func (f *Fleet) URL(p *Process) string { return f.urls[p.Name] }

// URLs is where services are reached.
func (f *Fleet) URLs(all []*Process) []string {
	var out []string
	for _, p := range all {
		out = append(out, f.urls[p.Name])
	}
	return out
}

// Services lists all services.
func (f *Fleet) Services() []*Process { return slices.Concat(f.Intakes, f.Triages, f.Desks) }

func (f *Fleet) stores() []*Process {
	if f.Engine == nil {
		return f.NATS
	}
	return append(slices.Clone(f.NATS), f.Engine)
}

// All lists all processes.
func (f *Fleet) All() []*Process { return append(f.Services(), f.stores()...) }

// LinksTo lists the links to a store: "mongodb" or the name of a NATS server.
func (f *Fleet) LinksTo(store string) []*Link {
	var out []*Link
	for _, l := range f.Links {
		if filepath.Base(l.Name) == store {
			out = append(out, l)
		}
	}
	return out
}

// Exits lists all that ended until now.
func (f *Fleet) Exits() []Exit {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.exits)
}

// answers returns a check that a MongoDB-compatible engine has its database.
func answers(port int) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + address(port) + "/").SetServerSelectionTimeout(breathe))
		if err != nil {
			return err
		}
		defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
		names, err := client.Database(Database).ListCollectionNames(ctx, bson.D{})
		if err != nil {
			return err
		}
		if !slices.Contains(names, "reports") || !slices.Contains(names, "pins") {
			return fmt.Errorf("the engine is preparing %s", Database)
		}
		return nil
	}
}
