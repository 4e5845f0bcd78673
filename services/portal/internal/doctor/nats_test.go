package doctor_test

import (
	"errors"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/services/portal/internal/doctor"
)

// goodCluster is a cluster as it should be.
func goodCluster() bus.Facts {
	return bus.Facts{
		TLS: true, Server: "nats-a", Version: "2.15.2", Cluster: "c1", RoundTrip: time.Millisecond, MaxBytes: 4 << 30,
		Account:  bus.Answer[bus.Account]{Value: bus.Account{Limit: -1}},
		Stream:   bus.Answer[*bus.StreamState]{Value: &bus.StreamState{Messages: 1, Replicas: 3, Leader: "nats-b"}},
		Consumer: bus.Answer[*bus.ConsumerState]{Value: &bus.ConsumerState{}},
		Publish:  bus.Answer[time.Duration]{Value: 2 * time.Millisecond},
	}
}

var goodMonitor = doctor.MonitorAnswer{Address: "http://a:8222", Monitor: bus.Monitor{
	Server: "nats-a", JetStream: true, SyncAlways: true, MaxStore: 100 << 30, ClusterSize: 3,
}}

func TestNATSIsJudged(t *testing.T) {
	differs := func(setting string) []bus.Difference {
		return []bus.Difference{{Setting: setting, Is: "x", Wanted: "y"}}
	}
	for name, c := range map[string]struct {
		replicas int
		change   func(*bus.Facts, *doctor.MonitorAnswer)
		check    string
		level    doctor.Level
		part     string
	}{
		"as it should be":         {3, func(*bus.Facts, *doctor.MonitorAnswer) {}, "replicas in step", doctor.OK, "all 3, led by nats-b"},
		"stands alone":            {1, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Cluster = "" }, "deployment", doctor.Warning, "alone"},
		"three replicas of one":   {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Cluster = "" }, "replicas", doctor.Problem, "alone"},
		"one replica of three":    {1, func(*bus.Facts, *doctor.MonitorAnswer) {}, "replicas", doctor.Warning, "on a cluster"},
		"two replicas":            {2, func(*bus.Facts, *doctor.MonitorAnswer) {}, "replicas", doctor.Warning, "even"},
		"an old version":          {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Version = "2.9.25" }, "version", doctor.Warning, "2.9.25"},
		"no JetStream":            {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Account.Err = errors.New("not enabled") }, "JetStream", doctor.Problem, "not enabled"},
		"JetStream is off":        {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Account.Err = bus.ErrNoJetStream }, "JetStream", doctor.Problem, "is off"},
		"no stream yet":           {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Value = nil }, "stream", doctor.OK, "makes it"},
		"no stream to publish to": {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Publish.Err = bus.ErrNoStream }, "publishing", doctor.NotChecked, "no stream"},
		"stream cannot be asked":  {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Err = errors.New("timeout") }, "stream", doctor.Problem, "timeout"},
		"settings differ":         {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Value.Differences = differs("max age") }, "stream", doctor.Warning, "max age is x, should be y"},
		"fixed settings differ":   {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Value.Differences = differs("storage") }, "stream", doctor.Problem, "storage is x"},
		"a replica is behind":     {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Value.Behind = []string{"nats-c is 7 behind"} }, "replicas in step", doctor.Warning, "nats-c is 7 behind"},
		"no leader":               {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Stream.Value.Leader = "" }, "replicas in step", doctor.Problem, "no leader"},
		"a small account":         {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Account.Value.Limit = 1 << 30 }, "storage limit", doctor.Warning, "1.0 GiB; the stream may grow to 12.0 GiB"},
		"no consumer yet":         {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Consumer.Value = nil }, "triage", doctor.OK, "makes it"},
		"another consumer":        {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Consumer.Value.Differences = differs("deliveries") }, "triage", doctor.Warning, "deliveries is x"},
		"one waits": {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) {
			f.Consumer.Value = &bus.ConsumerState{Waiting: 1, Oldest: now.Add(-time.Second)}
		}, "triage", doctor.OK, "1 report waits"},
		"many wait for long": {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) {
			f.Consumer.Value = &bus.ConsumerState{Waiting: 5, Unsettled: 2, Oldest: now.Add(-3 * time.Hour)}
		}, "triage", doctor.Warning, "7 reports wait to be routed, the oldest for 3 hours"},
		"may not publish":         {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Publish.Err = bus.ErrNotAllowed }, "publishing", doctor.Problem, "may not"},
		"publishing is slow":      {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.Publish.Value = time.Second }, "publishing", doctor.Warning, "1.0 s"},
		"a clock is ahead":        {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.ClockAhead.Value = time.Minute }, "clock", doctor.Problem, "ahead"},
		"unencrypted":             {3, func(f *bus.Facts, _ *doctor.MonitorAnswer) { f.TLS = false }, "encryption", doctor.Warning, "leaves"},
		"every message is synced": {3, func(*bus.Facts, *doctor.MonitorAnswer) {}, "server nats-a", doctor.OK, "every message"},
		"synced now and then": {3, func(_ *bus.Facts, m *doctor.MonitorAnswer) {
			m.Monitor.SyncAlways, m.Monitor.SyncInterval = false, 2*time.Minute
		}, "server nats-a", doctor.Warning, "every 2 minutes only"},
		"synced now and then, alone": {1, func(f *bus.Facts, m *doctor.MonitorAnswer) {
			f.Cluster = ""
			m.Monitor = bus.Monitor{Server: "nats-a", JetStream: true, SyncInterval: 2 * time.Minute}
		}, "server nats-a", doctor.OK, "every 2 minutes"},
		"a small server":             {3, func(_ *bus.Facts, m *doctor.MonitorAnswer) { m.Monitor.MaxStore = 1 << 20 }, "server nats-a storage", doctor.Warning, "1 MiB"},
		"a server without JetStream": {3, func(_ *bus.Facts, m *doctor.MonitorAnswer) { m.Monitor.JetStream = false }, "server nats-a", doctor.Problem, "off"},
		"a server's clock":           {3, func(_ *bus.Facts, m *doctor.MonitorAnswer) { m.Monitor.ClockAhead = -5 * time.Second }, "server nats-a clock", doctor.Warning, "5.0 s behind"},
		"a silent monitor":           {3, func(_ *bus.Facts, m *doctor.MonitorAnswer) { m.Err = errors.New("refused") }, "monitor", doctor.Warning, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			f, m := goodCluster(), goodMonitor
			c.change(&f, &m)
			expect(t, doctor.NATS(f, nil, []doctor.MonitorAnswer{m}, c.replicas, now), c.check, c.level, c.part)
		})
	}
}

func TestAClusterAsItShouldBeHasNoWarning(t *testing.T) {
	for _, f := range doctor.NATS(goodCluster(), nil, threeMonitors(), 3, now) {
		if f.Level != doctor.OK {
			t.Errorf("%+v", f)
		}
	}
}

func threeMonitors() []doctor.MonitorAnswer {
	a, b, c := goodMonitor, goodMonitor, goodMonitor
	b.Monitor.Server, c.Monitor.Server = "nats-b", "nats-c"
	return []doctor.MonitorAnswer{a, b, c}
}

func TestServersWhoseMonitorWasNotAskedAreNamed(t *testing.T) {
	expect(t, doctor.NATS(goodCluster(), nil, threeMonitors()[:2], 3, now), "sync to disk", doctor.NotChecked, "1 other server; the cluster has 3")
}

func TestALimitThatCountsOnceIsNotMultiplied(t *testing.T) {
	f := goodCluster()
	f.Account.Value = bus.Account{Limit: 5 << 30, Once: true}
	expect(t, doctor.NATS(f, nil, nil, 3, now), "storage limit", doctor.OK, "4.0 GiB")
	f.Account.Value.Once = false
	expect(t, doctor.NATS(f, nil, nil, 3, now), "storage limit", doctor.Warning, "12.0 GiB")
}

func TestSyncIsSaidNotToBeCheckedWithoutAMonitor(t *testing.T) {
	expect(t, doctor.NATS(goodCluster(), nil, nil, 3, now), "sync to disk", doctor.NotChecked, "cannot ask")
}

func TestNATSThatDoesNotAnswerIsSaidOnce(t *testing.T) {
	all := doctor.NATS(bus.Facts{}, bus.ErrUnavailable, nil, 1, now)
	expect(t, all, "answers", doctor.Problem, "not available")
	expect(t, all, "stream", "", "")
}

func TestAMalformedAddressDoesNotShowItsPassword(t *testing.T) {
	err := errors.New(`parse "nats://portal:s3c/r@t@[bad": missing ']' in host`)
	expect(t, doctor.NATS(bus.Facts{}, err, nil, 1, now), "answers", doctor.Problem, `parse "nats://(secret)@[bad": missing`)
}
