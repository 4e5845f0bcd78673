package journal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Why something about a database was not found out.
var (
	ErrNotAllowed = errors.New("journal: the account may not ask this")
	ErrNotOffered = errors.New("journal: the server does not tell this")
)

// Answer is what was found out about one thing, or why it was not:
// ErrNotAllowed, ErrNotOffered, or what went wrong.
type Answer[T any] struct {
	Value T
	Err   error
}

func answer[T any](v T, err error) Answer[T] { return Answer[T]{v, err} }

// Inspection says which database to look at.
type Inspection struct {
	URI, Database string
	Pin           string           // name of the pinned value to read
	Now           func() time.Time // this machine's clock
}

// Facts is what a database says of itself and of its account. What it means is
// for others to judge.
type Facts struct {
	TLS      bool // the connection is encrypted
	Loopback bool // every server named is on this machine
	Server   Server

	Build          Answer[Build]
	FeatureVersion Answer[string]
	Members        Answer[Members] // of a replica set
	Defaults       Answer[Defaults]
	Privileges     Answer[Privileges]
	Space          Answer[Space]
	Outbox         Answer[OutboxState]
	Pinned         Answer[[]byte]        // nil where nothing is pinned yet
	Write          Answer[time.Duration] // half of all probing writes took less
}

// Inspect connects, asks, and disconnects. It returns an error that wraps
// ErrUnavailable when no primary answers; everything else that could not be
// found out is in the answers.
//
// It changes nothing that lasts. To measure a write it inserts empty markers
// into the outbox and deletes them again; should it be killed in between, the
// sweeper deletes them. On a database that was never used this leaves the
// empty collection outbox, which the portal would make itself.
func Inspect(ctx context.Context, in Inspection) (Facts, error) {
	opts := settings(in.URI).SetAppName("phananh-doctor")
	client, err := mongo.Connect(opts)
	if err != nil {
		return Facts{}, fmt.Errorf("journal: connect: %w", err)
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()

	i := inspector{
		in: in, admin: client.Database("admin"), db: client.Database(in.Database),
		waiting: client.Database(outboxOf(in.Database)).Collection(outboxName),
	}
	server, err := i.server(ctx)
	if err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	f := Facts{TLS: opts.TLSConfig != nil, Loopback: !slices.ContainsFunc(opts.Hosts, remote), Server: server}
	f.Build = answer(ask(ctx, i.admin, readBuild, "buildInfo", nil))
	f.FeatureVersion = answer(ask(ctx, i.admin, readFeatureVersion, "getParameter",
		bson.D{{Key: "featureCompatibilityVersion", Value: 1}}))
	f.Members = answer(i.members(ctx, server))
	f.Defaults = answer(ask(ctx, i.admin, readDefaults, "getDefaultRWConcern", nil))
	f.Privileges = answer(ask(ctx, i.admin, readPrivileges, "connectionStatus",
		bson.D{{Key: "showPrivileges", Value: true}}))
	f.Space = answer(ask(ctx, i.db, readSpace, "dbStats", nil))
	f.Outbox = answer(i.outbox(ctx))
	f.Pinned = answer(i.pinned(ctx))
	f.Write = answer(i.write(ctx))
	return f, nil
}

// remote says whether a host of a connection string is another machine.
func remote(host string) bool {
	if strings.HasSuffix(host, ".sock") {
		return false
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

type inspector struct {
	in        Inspection
	admin, db *mongo.Database
	waiting   *mongo.Collection // the outbox
}

// helloCount is how often the server is greeted: the quickest answer tells
// most about its clock.
const helloCount = 5

func (i inspector) server(ctx context.Context) (Server, error) {
	var best Server
	for n := range helloCount {
		sent, begun := i.in.Now(), time.Now()
		s, err := ask(ctx, i.admin, readHello, "hello", nil)
		if err != nil {
			return Server{}, err
		}
		s.RoundTrip = time.Since(begun)
		s.ClockAhead = s.localTime.Sub(sent.Add(s.RoundTrip / 2))
		if n == 0 || s.RoundTrip < best.RoundTrip {
			best = s
		}
	}
	return best, nil
}

func (i inspector) members(ctx context.Context, s Server) (Members, error) {
	if s.Kind != ReplicaSet {
		return Members{}, ErrNotOffered
	}
	status, err := ask(ctx, i.admin, raw, "replSetGetStatus", nil)
	if err != nil {
		return Members{}, err
	}
	config, err := ask(ctx, i.admin, raw, "replSetGetConfig", nil)
	if err != nil {
		return Members{}, err
	}
	return readMembers(status, config)
}

func raw(r bson.Raw) (bson.Raw, error) { return r, nil }

// ask runs a command and reads its answer.
func ask[T any](ctx context.Context, db *mongo.Database, read func(bson.Raw) (T, error), command string, more bson.D) (T, error) {
	r, err := db.RunCommand(ctx, append(bson.D{{Key: command, Value: 1}}, more...)).Raw()
	if err != nil {
		var none T
		return none, refusal(command, err)
	}
	return read(r)
}

// Codes of MongoDB's errors, from its src/mongo/base/error_codes.yml.
const (
	codeUnauthorized         = 13
	codeCommandNotFound      = 59
	codeInvalidOptions       = 72
	codeNoReplicationEnabled = 76
	codeNotImplemented       = 238
	codeAtlas                = 8000 // what a hosted cluster answers to what it keeps for itself
)

func refusal(command string, err error) error {
	var told mongo.ServerError
	if errors.As(err, &told) {
		switch {
		case told.HasErrorCode(codeUnauthorized), told.HasErrorCode(codeAtlas):
			return fmt.Errorf("%w: %s", ErrNotAllowed, command)
		case told.HasErrorCode(codeCommandNotFound), told.HasErrorCode(codeInvalidOptions),
			told.HasErrorCode(codeNoReplicationEnabled), told.HasErrorCode(codeNotImplemented):
			return fmt.Errorf("%w: %s", ErrNotOffered, command)
		}
	}
	return fmt.Errorf("%s: %w", command, err)
}
