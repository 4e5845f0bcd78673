package bus_test

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// inspectedServer starts a server with JetStream; change may alter how.
func inspectedServer(t *testing.T, change func(*server.Options)) *server.Server {
	t.Helper()
	opts := &server.Options{
		ServerName: "one", Host: "127.0.0.1", Port: server.RANDOM_PORT,
		JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	}
	change(opts)
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	return s
}

// inspectedCluster starts a cluster of three.
func inspectedCluster(t *testing.T) []*server.Server {
	t.Helper()
	var ports []int
	var routes []*url.URL
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
		routes = append(routes, &url.URL{Scheme: "nats", Host: l.Addr().String()})
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var servers []*server.Server
	for i, port := range ports {
		servers = append(servers, inspectedServer(t, func(o *server.Options) {
			o.ServerName = fmt.Sprintf("server-%d", i)
			o.Cluster = server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: port}
			o.Routes = routes
			o.HTTPHost, o.HTTPPort = "127.0.0.1", server.RANDOM_PORT
			o.SyncAlways = true
		}))
	}
	for _, s := range servers {
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatal("the cluster was not ready in time")
		}
	}
	return servers
}

func inspection(url string, replicas int) bus.Inspection {
	return bus.Inspection{URL: url, Replicas: replicas, Consumer: "triage", Now: time.Now}
}

// made makes the stream as the program does, as soon as the servers let it.
func made(t *testing.T, url string, replicas int) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(bus.Config{URL: url, Replicas: replicas, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	until(t, func() error { return b.Ensure(t.Context()) })
	return b
}

// until repeats what is to succeed in the end.
func until(t *testing.T, try func() error) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestInspectionOfAServerWithoutTheStream(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) {})
	f, err := bus.Inspect(t.Context(), inspection(s.ClientURL(), 1))
	if err != nil {
		t.Fatal(err)
	}
	if f.Server != "one" || f.Version == "" || f.Cluster != "" || !f.Loopback || f.TLS || f.RoundTrip <= 0 {
		t.Errorf("%+v", f)
	}
	if f.Account.Err != nil || f.Account.Value.Limit >= 0 {
		t.Errorf("account: %+v", f.Account)
	}
	if f.Stream.Err != nil || f.Stream.Value != nil || f.Consumer.Err != nil || f.Consumer.Value != nil {
		t.Errorf("stream %+v, consumer %+v", f.Stream, f.Consumer)
	}
	if !errors.Is(f.Publish.Err, bus.ErrNoStream) || !errors.Is(f.ClockAhead.Err, bus.ErrNoStream) {
		t.Errorf("publish %v, clock %v", f.Publish.Err, f.ClockAhead.Err)
	}
}

func TestInspectionStoresNothing(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) {})
	b := made(t, s.ClientURL(), 1)
	for range 2 { // an empty stream, and one with a message
		before, err := b.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f, err := bus.Inspect(t.Context(), inspection(s.ClientURL(), 1))
		if err != nil {
			t.Fatal(err)
		}
		if f.Publish.Err != nil || f.Publish.Value <= 0 || f.ClockAhead.Err != nil || f.ClockAhead.Value.Abs() > time.Second {
			t.Errorf("publish %+v, clock %+v", f.Publish, f.ClockAhead)
		}
		if st := f.Stream.Value; st == nil || len(st.Differences) > 0 || st.Replicas != 1 {
			t.Errorf("stream: %+v", st)
		}
		if after, err := b.Position(t.Context()); err != nil || after != before {
			t.Errorf("the stream has changed: %+v, then %+v, %v", before, after, err)
		}
		operate(t, s.ClientURL(), func(js jetstream.JetStream) error {
			_, err := js.Publish(t.Context(), "phananh.v1.report", []byte("{}"))
			return err
		})
	}
}

func operate(t *testing.T, url string, do func(jetstream.JetStream) error) {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := do(js); err != nil {
		t.Fatal(err)
	}
}

func TestInspectionNamesSettingsThatDiffer(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) {})
	operate(t, s.ClientURL(), func(js jetstream.JetStream) error {
		_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{
			Name: "PHANANH", Subjects: []string{"phananh.v1.>"}, Storage: jetstream.MemoryStorage,
			MaxBytes: 1 << 20, MaxAge: 7 * 24 * time.Hour, Duplicates: 2 * time.Minute,
		})
		if err != nil {
			return err
		}
		_, err = js.CreateConsumer(t.Context(), "PHANANH", jetstream.ConsumerConfig{Durable: "triage", FilterSubject: "phananh.v1.report", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: 3})
		if err != nil {
			return err
		}
		_, err = js.Publish(t.Context(), "phananh.v1.report", []byte("{}"))
		return err
	})
	f, err := bus.Inspect(t.Context(), inspection(s.ClientURL(), 1))
	if err != nil {
		t.Fatal(err)
	}
	if st := f.Stream.Value; st == nil || !slices.Equal(settings(st.Differences), []string{"storage", "max bytes"}) {
		t.Errorf("stream: %+v", st)
	}
	c := f.Consumer.Value
	if c == nil || !slices.Contains(settings(c.Differences), "deliveries") || slices.Contains(settings(c.Differences), "filter") {
		t.Fatalf("consumer: %+v", c)
	}
	if c.Waiting != 1 || c.Unsettled != 0 || time.Since(c.Oldest).Abs() > time.Minute {
		t.Errorf("consumer: %+v", c)
	}
}

func settings(all []bus.Difference) (names []string) {
	for _, d := range all {
		names = append(names, d.Setting)
	}
	return names
}

func TestInspectionOfACluster(t *testing.T) {
	servers := inspectedCluster(t)
	address := servers[0].ClientURL()
	made(t, address, 3)
	f, err := bus.Inspect(t.Context(), inspection(address, 3))
	if err != nil {
		t.Fatal(err)
	}
	if st := f.Stream.Value; f.Cluster != "three" || st == nil || st.Replicas != 3 || st.Leader == "" || len(st.Differences) > 0 {
		t.Fatalf("cluster %q, stream %+v", f.Cluster, f.Stream)
	}
	if f.Publish.Err != nil {
		t.Errorf("publish: %v", f.Publish.Err)
	}
	if f, err = bus.Inspect(t.Context(), inspection(address, 1)); err != nil || !slices.Equal(settings(f.Stream.Value.Differences), []string{"replicas"}) {
		t.Errorf("%+v, %v", f.Stream.Value, err)
	}
	for _, s := range servers {
		m, err := bus.InspectMonitor(t.Context(), "http://"+s.MonitorAddr().String(), time.Now)
		if err != nil || m.ClusterSize != 3 || !m.SyncAlways || !strings.HasPrefix(m.Server, "server-") {
			t.Errorf("%+v, %v", m, err)
		}
	}
	gone := servers[2]
	gone.Shutdown()
	gone.WaitForShutdown()
	until(t, func() error {
		f, err := bus.Inspect(t.Context(), inspection(address, 3))
		if err != nil || f.Stream.Err != nil {
			return errors.Join(err, f.Stream.Err)
		}
		if len(f.Stream.Value.Behind) != 1 || !strings.HasPrefix(f.Stream.Value.Behind[0], "server-2 ") {
			return fmt.Errorf("behind are %q", f.Stream.Value.Behind)
		}
		return nil
	})
}

func TestMonitorTellsWhatIsSynced(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) { o.HTTPHost, o.HTTPPort = "127.0.0.1", server.RANDOM_PORT })
	m, err := bus.InspectMonitor(t.Context(), "http://"+s.MonitorAddr().String(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if !m.JetStream || m.SyncAlways || m.SyncInterval != 2*time.Minute || m.MaxStore <= 0 || m.ClusterSize != 0 || m.ClockAhead.Abs() > time.Second {
		t.Errorf("%+v", m)
	}
	if _, err := bus.InspectMonitor(t.Context(), s.MonitorAddr().String(), time.Now); err == nil {
		t.Error("an address without a scheme was asked")
	}
}

func TestInspectionOfAServerWithoutJetStream(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) { o.JetStream = false })
	f, err := bus.Inspect(t.Context(), inspection(s.ClientURL(), 1))
	if err != nil || !errors.Is(f.Account.Err, bus.ErrNoJetStream) || f.Stream.Err == nil {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestInspectionOfNothingListeningEndsSoon(t *testing.T) {
	begun := time.Now()
	_, err := bus.Inspect(t.Context(), inspection("nats://127.0.0.1:1", 1))
	if !errors.Is(err, bus.ErrUnavailable) || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestInspectionFindsAnAccountThatMayNotPublish(t *testing.T) {
	s := inspectedServer(t, func(o *server.Options) {
		o.Users = []*server.User{
			{Username: "operator", Password: "secret"},
			{Username: "portal", Password: "secret", Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"phananh.>"}}}},
		}
	})
	as := func(user string) string { return strings.Replace(s.ClientURL(), "://", "://"+user+":secret@", 1) }
	made(t, as("operator"), 1)
	f, err := bus.Inspect(t.Context(), inspection(as("portal"), 1))
	if err != nil || !errors.Is(f.Publish.Err, bus.ErrNotAllowed) || f.Stream.Value == nil {
		t.Errorf("publish %v, stream %+v, %v", f.Publish.Err, f.Stream, err)
	}
	if f, err = bus.Inspect(t.Context(), inspection(as("operator"), 1)); err != nil || f.Publish.Err != nil {
		t.Errorf("publish %v, %v", f.Publish.Err, err)
	}
}
