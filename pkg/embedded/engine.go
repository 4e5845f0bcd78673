package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// maxSocketPath is what a Unix socket's address can hold on every system.
const maxSocketPath = 100

// settings of every connection to a database file. A commit is synced before
// it is acknowledged; what statements note for undoing themselves stays in
// memory, where it would otherwise go through temporary files.
const settings = "_pragma=synchronous(full)&_pragma=temp_store(memory)"

// EngineConfig says where the engine keeps its data and how it is reached.
type EngineConfig struct {
	Dir string       // folder of its own; created where missing
	TCP string       // listening address; empty: a Unix socket, reachable by the folder's owner only
	Log *slog.Logger // errors
}

// Engine is a running MongoDB-compatible engine.
type Engine struct {
	dir, uri  string
	socketDir string // to be removed; empty when the socket stands in dir
	stop      context.CancelFunc
	stopped   chan struct{}
	mended    chan struct{} // the look for damaged documents has ended
}

// StartEngine starts the engine; it accepts connections when this returns. It
// returns ErrDamaged for a file that must be restored from a backup, and
// ErrFull where there is no room. In the background it looks once, at this
// start only, at every document that is there, and sets aside, logged, those
// that cannot be read: see Mended.
// Clients must disconnect before Close, which otherwise waits for them.
func StartEngine(cfg EngineConfig) (*Engine, error) {
	if strings.ContainsAny(cfg.Dir, "?#%") { // it becomes part of a URI that the engine takes apart again
		return nil, fmt.Errorf("embedded: the path %s must not contain ?, # or %%", cfg.Dir)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, explain(fmt.Errorf("create engine folder: %w", err), cfg.Dir)
	}
	if err := checkFiles(context.Background(), cfg.Dir); err != nil {
		return nil, err
	}
	e := &Engine{dir: cfg.Dir, stopped: make(chan struct{}), mended: make(chan struct{})}
	listener := ferretdb.ListenerConfig{TCP: cfg.TCP}
	if cfg.TCP == "" {
		socket, err := e.socketPath()
		if err != nil {
			return nil, err
		}
		listener.Unix = socket
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  listener,
		Logger:    slog.New(quiet{cfg.Log.Handler()}),
		Handler:   "sqlite",
		SQLiteURL: "file:" + cfg.Dir + "/?" + settings,
	})
	if err != nil {
		return nil, explain(fmt.Errorf("start engine: %w", err), cfg.Dir)
	}
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	go func() {
		defer close(e.stopped)
		_ = db.Run(ctx)
	}()
	e.uri = db.MongoDBURI()
	if cfg.TCP == "" {
		e.uri = "mongodb://" + url.PathEscape(listener.Unix) + "/"
	}
	go func() {
		defer close(e.mended)
		if err := newMender(cfg.Log, e.fails).mendFiles(ctx, cfg.Dir); err != nil && ctx.Err() == nil {
			cfg.Log.Error("the look for damaged documents was broken off", "error", err)
		}
	}()
	return e, nil
}

// socketPath finds a place for the socket: in the engine's folder, or, where
// that path is too long for a socket, in a private temporary folder.
func (e *Engine) socketPath() (string, error) {
	socket := filepath.Join(e.dir, "engine.sock")
	if len(socket) > maxSocketPath {
		dir, err := os.MkdirTemp("", "phananh-")
		if err != nil {
			return "", fmt.Errorf("create folder for the engine's socket: %w", err)
		}
		e.socketDir = dir
		socket = filepath.Join(dir, "engine.sock")
	}
	// A killed process leaves its socket behind. The folder's lock says that
	// nobody is listening on it.
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("remove stale socket: %w", err)
	}
	return socket, nil
}

// URI is where a MongoDB driver finds the engine.
func (e *Engine) URI() string { return e.uri }

// Mended waits for the look at what was there at the start: until then one
// damaged document may keep its whole collection from being read. It returns
// ctx's error when that ends first.
func (e *Engine) Mended(ctx context.Context) error {
	select {
	case <-e.mended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fails says whether the engine fails at reading a document, or at reading a
// collection where id is empty. That it cannot be reached is no such failure.
func (e *Engine) fails(ctx context.Context, database, collection, id string) bool {
	client, err := mongo.Connect(options.Client().ApplyURI(e.uri))
	if err != nil {
		return false
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	filter := bson.D{}
	if id != "" {
		filter = bson.D{{Key: "_id", Value: id}}
	}
	cursor, err := client.Database(database).Collection(collection).Find(ctx, filter)
	if err == nil {
		for cursor.Next(ctx) {
		}
		err = errors.Join(cursor.Err(), cursor.Close(context.WithoutCancel(ctx)))
	}
	_, said := errors.AsType[mongo.CommandError](err)
	return said && !mongo.IsNetworkError(err) && ctx.Err() == nil
}

// Prepare creates the collections of each database where they are missing,
// with the index that makes a read by _id fast. It may be called again at any
// time.
func (e *Engine) Prepare(ctx context.Context, databases map[string][]string) error {
	client, err := mongo.Connect(options.Client().ApplyURI(e.uri))
	if err != nil {
		return fmt.Errorf("connect to engine: %w", err)
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	for name, collections := range databases {
		if err := create(ctx, client.Database(name), collections); err != nil {
			return explain(err, e.dir)
		}
		if err := IndexIDs(ctx, filepath.Join(e.dir, name+".sqlite")); err != nil {
			return explain(err, e.dir)
		}
	}
	return nil
}

// create makes the collections that a database lacks.
func create(ctx context.Context, db *mongo.Database, collections []string) error {
	existing, err := db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return fmt.Errorf("list collections: %w", err)
	}
	for _, name := range collections {
		if slices.Contains(existing, name) {
			continue
		}
		if err := db.CreateCollection(ctx, name); err != nil {
			return fmt.Errorf("create collection %s: %w", name, err)
		}
	}
	return nil
}

// Close stops the engine.
func (e *Engine) Close() error {
	e.stop()
	late := time.After(5 * time.Second)
	for _, ended := range []chan struct{}{e.mended, e.stopped} {
		select {
		case <-ended:
		case <-late:
			return errors.New("embedded: engine did not stop within 5 s")
		}
	}
	if e.socketDir != "" {
		return os.RemoveAll(e.socketDir)
	}
	return nil
}

// quiet passes errors only: the engine reports every connection. It drops what
// would be added to each line, because the engine adds it to every message that
// it handles, logged or not.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs([]slog.Attr) slog.Handler { return q }
func (q quiet) WithGroup(string) slog.Handler      { return q }
