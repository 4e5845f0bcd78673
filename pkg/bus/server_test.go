package bus_test

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// natsOptions is a server with JetStream on a free port and a folder of its own.
func natsOptions(t testing.TB) *server.Options {
	return &server.Options{
		ServerName: "alone", Host: "127.0.0.1", Port: server.RANDOM_PORT,
		JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	}
}

// serve starts a server and returns it with how to stop it before the test ends.
func serve(t testing.TB, opts *server.Options) (*server.Server, func()) {
	t.Helper()
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	stop := func() {
		s.Shutdown()
		s.WaitForShutdown()
	}
	t.Cleanup(stop)
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS was not ready in time")
	}
	return s, stop
}

// start starts a server that nothing is done to, and returns its URL.
func start(t testing.TB) string {
	t.Helper()
	s, _ := serve(t, natsOptions(t))
	return s.ClientURL()
}

// operator reaches behind the bus, to do what goes wrong in a server's life.
func operator(t testing.TB, url string) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// deleteStreams plays the operator, or the disk, that loses every stream.
func deleteStreams(t testing.TB, url string) {
	t.Helper()
	js := operator(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for name := range js.StreamNames(ctx).Name() {
		if err := js.DeleteStream(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
}

// freePort is one that nobody listened on a moment ago: for a server that is
// to come back where it was.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func port(opts *server.Options) string { return strconv.Itoa(opts.Port) }
