package embedded

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// maxStore is what all streams together may take, in bytes: as good as no limit.
const maxStore = 1 << 40

// NATSConfig says where the server keeps its streams and how it is reached.
type NATSConfig struct {
	Dir string       // folder of its own; created where missing
	TCP string       // listening address; empty: reachable from this process only
	Log *slog.Logger // warnings and worse
}

// NATS is a running NATS server with JetStream.
type NATS struct {
	server *server.Server
	listen bool
}

// StartNATS starts the server and waits until it is ready for connections.
func StartNATS(cfg NATSConfig) (*NATS, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create NATS folder: %w", err)
	}
	opts := &server.Options{
		ServerName: "phananh",
		JetStream:  true,
		StoreDir:   cfg.Dir,
		// The streams have limits of their own. Left to itself the server allows
		// three quarters of what is free now, and refuses a stream that might
		// need more one day.
		JetStreamMaxStore: maxStore,
		NoSigs:     true,
		DontListen: cfg.TCP == "",
	}
	if cfg.TCP != "" {
		host, port, err := net.SplitHostPort(cfg.TCP)
		if err != nil {
			return nil, fmt.Errorf("NATS address: %w", err)
		}
		opts.Host = host
		if opts.Port, err = strconv.Atoi(port); err != nil {
			return nil, fmt.Errorf("NATS port: %w", err)
		}
		if opts.Port == 0 {
			opts.Port = server.RANDOM_PORT
		}
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("configure NATS: %w", err)
	}
	s.SetLoggerV2(natsLog{cfg.Log}, false, false, false)
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		s.Shutdown()
		return nil, errors.New("embedded: NATS was not ready within 10 s")
	}
	return &NATS{server: s, listen: cfg.TCP != ""}, nil
}

// URL is where a client finds the server.
func (n *NATS) URL() string {
	if !n.listen {
		return nats.DefaultURL // not dialled: see Options
	}
	return n.server.ClientURL()
}

// Options are what a client in this process needs to reach the server.
func (n *NATS) Options() []nats.Option {
	if n.listen {
		return nil
	}
	return []nats.Option{nats.InProcessServer(n.server)}
}

// Close stops the server and waits until its stores are closed.
func (n *NATS) Close() error {
	n.server.Shutdown()
	n.server.WaitForShutdown()
	return nil
}

// natsLog hands the server's warnings and errors to slog.
type natsLog struct{ log *slog.Logger }

func (natsLog) Noticef(string, ...any)      {}
func (natsLog) Debugf(string, ...any)       {}
func (natsLog) Tracef(string, ...any)       {}
func (l natsLog) Warnf(f string, v ...any)  { l.log.Warn("nats: " + fmt.Sprintf(f, v...)) }
func (l natsLog) Errorf(f string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(f, v...)) }
func (l natsLog) Fatalf(f string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(f, v...)) }
