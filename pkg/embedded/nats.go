package embedded

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
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
	server  *server.Server
	dir     string
	listen  bool
	log     *slog.Logger
	stop    chan struct{}
	tending sync.WaitGroup
}

// StartNATS starts the server and waits until it is ready for connections. A
// store that it cannot read is moved aside, to a folder beside it whose name
// ends in ".damaged-" and the time, and it starts with an empty one: what was
// in it were hints, and the outbox and the boards know how to do without.
func StartNATS(cfg NATSConfig) (*NATS, error) {
	n, err := startNATS(cfg)
	if !errors.Is(err, errStore) {
		return n, err
	}
	if free, e := Free(cfg.Dir); e != nil || free.Bytes < roomToStart {
		return nil, err // the store may be as good as ever
	}
	kept := aside(cfg.Dir, time.Now())
	if err := os.Rename(cfg.Dir, kept); err != nil {
		return nil, fmt.Errorf("move the damaged NATS store aside: %w", err)
	}
	cfg.Log.Error("the NATS store is damaged; it was moved aside and an empty one is started; no report is lost by this", "moved_to", kept, "fault", err)
	return startNATS(cfg)
}

// errStore says that the server is well and its store is not.
var errStore = errors.New("embedded: the NATS store cannot be used")

func startNATS(cfg NATSConfig) (*NATS, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create NATS folder: %w", err)
	}
	opts, err := natsOptions(cfg)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("configure NATS: %w", err)
	}
	log := newNATSLog(cfg.Log)
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	if err := ready(s, log); err != nil {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, err
	}
	n := &NATS{server: s, dir: cfg.Dir, listen: cfg.TCP != "", log: cfg.Log, stop: make(chan struct{})}
	if fault := n.fault(); fault != "" {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, fmt.Errorf("%w: %s", errStore, fault)
	}
	n.tending.Go(n.tend)
	return n, nil
}

func natsOptions(cfg NATSConfig) (*server.Options, error) {
	opts := &server.Options{
		ServerName: "phananh",
		JetStream:  true,
		StoreDir:   cfg.Dir,
		// The streams have limits of their own. Left to itself the server allows
		// three quarters of what is free now, and refuses a stream that might
		// need more one day.
		JetStreamMaxStore: maxStore,
		NoSigs:            true,
		DontListen:        cfg.TCP == "",
	}
	if cfg.TCP == "" {
		return opts, nil
	}
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
	return opts, nil
}

// ready waits until the server takes connections, or says why it does not.
func ready(s *server.Server, log natsLog) error {
	for range 100 {
		if s.ReadyForConnections(100 * time.Millisecond) {
			return nil
		}
		select {
		case fatal := <-log.fatal:
			if strings.Contains(fatal, "JetStream") {
				return fmt.Errorf("%w: %s", errStore, fatal)
			}
			return fmt.Errorf("start NATS: %s", fatal)
		default:
		}
	}
	return errors.New("embedded: NATS was not ready within 10 s")
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
	close(n.stop)
	n.tending.Wait()
	n.server.Shutdown()
	n.server.WaitForShutdown()
	return nil
}

// natsLog hands the server's warnings and errors to slog, and its last words
// to whoever waits for the server to start.
type natsLog struct {
	log   *slog.Logger
	fatal chan string
}

func newNATSLog(log *slog.Logger) natsLog { return natsLog{log, make(chan string, 1)} }

func (natsLog) Noticef(string, ...any)      {}
func (natsLog) Debugf(string, ...any)       {}
func (natsLog) Tracef(string, ...any)       {}
func (l natsLog) Warnf(f string, v ...any)  { l.log.Warn("nats: " + fmt.Sprintf(f, v...)) }
func (l natsLog) Errorf(f string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(f, v...)) }

// Fatalf must not end the process, as the server thinks that it does.
func (l natsLog) Fatalf(f string, v ...any) {
	select {
	case l.fatal <- fmt.Sprintf(f, v...):
	default:
	}
}
