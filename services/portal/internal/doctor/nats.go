package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/phananh/portal/pkg/bus"
)

// slowPublish is when announcing becomes the slow part of what officers see.
const slowPublish = 100 * time.Millisecond

// MonitorAnswer is what a server said at its monitoring address, or why not.
type MonitorAnswer struct {
	Address string
	Monitor bus.Monitor
	Err     error
}

// NATS judges what was found out about NATS, or why nothing was. Replicas is
// how many the stream is to have.
func NATS(f bus.Facts, err error, monitors []MonitorAnswer, replicas int, now time.Time) []Finding {
	l := &list{area: "NATS"}
	if err != nil {
		l.problem("answers", oneLine(err), "Check NATS_URL and the network. Reports are accepted meanwhile; they reach officers when it is back. Nothing else of NATS could be checked.")
		l.monitors(monitors, f.MaxBytes, false)
		return l.all
	}
	l.natsServer(f)
	l.encryption(f.TLS, f.Loopback, "Give NATS_URL with tls://, and the servers certificates. Announcements carry no personal data, but passwords travel too.")
	if f.Account.Err != nil {
		do := "A majority of the cluster's servers must be up and reach each other; look at their logs."
		if errors.Is(f.Account.Err, bus.ErrNoJetStream) {
			do = "Turn it on (jetstream {} in the servers' configuration) and give the account access to it."
		}
		l.problem("JetStream", oneLine(f.Account.Err), do)
		l.monitors(monitors, f.MaxBytes, f.Cluster != "")
		return l.all
	}
	l.replicas(f, replicas)
	l.stream(f)
	l.limits(f, replicas)
	l.consumer(f.Consumer, now)
	l.publish(f)
	if f.ClockAhead.Err == nil {
		l.clock("clock", f.ClockAhead.Value)
	} else if !errors.Is(f.ClockAhead.Err, bus.ErrNoStream) {
		l.notChecked("clock", oneLine(f.ClockAhead.Err), "")
	}
	l.monitors(monitors, f.MaxBytes, f.Cluster != "")
	return l.all
}

func (l *list) natsServer(f bus.Facts) {
	found := fmt.Sprintf("%s, NATS %s, answers in %s", f.Server, f.Version, short(f.RoundTrip))
	if f.Cluster == "" {
		l.warn("deployment", found+"; it stands alone", "For production run a cluster of three: while one server is away, accepted reports wait.")
	} else {
		l.ok("deployment", found+"; of cluster "+f.Cluster)
	}
	if !atLeast(f.Version, 2, 10) {
		l.warn("version", f.Version+"; tested with 2.15", "Upgrade to a maintained version.")
	}
}

func atLeast(version string, first, second int) bool {
	var a, b int
	_, err := fmt.Sscanf(version, "%d.%d", &a, &b)
	return err != nil || a > first || a == first && b >= second
}

func (l *list) replicas(f bus.Facts, replicas int) {
	const name = "replicas"
	found := fmt.Sprintf("PORTAL_NATS_REPLICAS is %d", replicas)
	switch {
	case replicas > 1 && f.Cluster == "":
		l.problem(name, found+", and the server stands alone: the stream cannot be made", "Run a cluster of three, or set it to 1.")
	case replicas == 1 && f.Cluster != "":
		l.warn(name, found+" on a cluster: the loss of one server stops all announcements", "Set it to 3 for every program.")
	case replicas != 1 && replicas != 3 && replicas != 5:
		l.warn(name, found+": an even number survives no more losses than the odd one below", "Set it to 3.")
	default:
		l.ok(name, found)
	}
}

func (l *list) stream(f bus.Facts) {
	const name = "stream"
	s := f.Stream.Value
	switch {
	case f.Stream.Err != nil:
		l.problem(name, oneLine(f.Stream.Err), "Check that the account may use the JetStream API ($JS.API.>) and that the cluster has a majority.")
		return
	case s == nil:
		l.ok(name, "not there yet; the portal makes it when it starts")
		return
	}
	found := fmt.Sprintf("%s, %s", count(s.Messages, "announcement"), size(int64(s.Bytes)))
	changed := settings(s.Differences)
	switch {
	case slices.ContainsFunc(s.Differences, fixed):
		l.problem(name, changed, "These cannot be changed later. Delete the stream (nats stream rm PHANANH): the portal makes it anew, and the journal has everything.")
	case changed != "":
		l.warn(name, changed, "The portal sets these whenever it starts. If they stay, another configuration of it is running, or its account may not.")
	default:
		l.ok(name, found)
	}
	switch {
	case len(s.Behind) > 0:
		l.warn("replicas in step", strings.Join(s.Behind, "; "), "Bring them back before going live, and watch whether they catch up.")
	case s.Replicas > 1 && s.Leader == "":
		l.problem("replicas in step", "the stream has no leader", "A majority of its replicas must be up.")
	case s.Replicas > 1:
		l.ok("replicas in step", fmt.Sprintf("all %d, led by %s", s.Replicas, s.Leader))
	}
}

// fixed says whether a setting of a stream cannot be changed.
func fixed(d bus.Difference) bool {
	return d.Setting == "storage" || d.Setting == "retention" || d.Setting == "sealed"
}

func settings(all []bus.Difference) string {
	var parts []string
	for _, d := range all {
		parts = append(parts, fmt.Sprintf("%s is %s, should be %s", d.Setting, d.Is, d.Wanted))
	}
	return strings.Join(parts, "; ")
}

func (l *list) limits(f bus.Facts, replicas int) {
	const name = "storage limit"
	a := f.Account.Value
	wanted := f.MaxBytes
	if !a.Once {
		wanted *= int64(max(1, replicas))
	}
	if a.Limit >= 0 && a.Limit < wanted {
		l.warn(name, fmt.Sprintf("the account may keep %s; the stream may grow to %s", size(a.Limit), size(wanted)),
			"Raise the account's limit: a full account refuses announcements, which then wait in the outbox.")
		return
	}
	l.ok(name, "the account may keep what the stream may grow to, "+size(wanted))
}

func (l *list) consumer(c bus.Answer[*bus.ConsumerState], now time.Time) {
	const name = "triage"
	switch {
	case c.Err != nil:
		l.problem(name, oneLine(c.Err), "Check that the account may use the JetStream API ($JS.API.>).")
		return
	case c.Value == nil:
		l.ok(name, "has no consumer yet; triage makes it when it starts")
		return
	case len(c.Value.Differences) > 0:
		l.warn(name, settings(c.Value.Differences), "Triage sets these whenever it starts. If they stay, another version of it is running.")
		return
	}
	waiting := int64(c.Value.Waiting) + int64(c.Value.Unsettled)
	if waiting == 0 {
		l.ok(name, "nothing waits to be routed")
		return
	}
	verb := " waits"
	if waiting > 1 {
		verb = " wait"
	}
	found := count(waiting, "report") + verb + " to be routed"
	age := time.Duration(0)
	if !c.Value.Oldest.IsZero() {
		age = max(0, now.Sub(c.Value.Oldest))
		found += ", the oldest for " + short(age)
	}
	if age > time.Minute {
		l.warn(name, found, "No triage is running, or it cannot reach MongoDB. Look at its log and its /readyz.")
		return
	}
	l.ok(name, found)
}

func (l *list) publish(f bus.Facts) {
	const name = "publishing"
	found := "the stream answers within " + short(f.Publish.Value)
	switch {
	case errors.Is(f.Publish.Err, bus.ErrNoStream):
		l.notChecked(name, "there is no stream yet", "Run the doctor again when the portal has been started once.")
	case errors.Is(f.Publish.Err, bus.ErrNotAllowed):
		l.problem(name, oneLine(f.Publish.Err), "Allow the account to publish on phananh.v1.>.")
	case f.Publish.Err != nil:
		l.problem(name, oneLine(f.Publish.Err), "Check the account's permissions, and that a majority of the replicas is up.")
	case f.Publish.Value > slowPublish:
		l.warn(name, found, "It is part of the way from a resident to an officer's screen. Check the servers' disks, and the network between them.")
	default:
		l.ok(name, found)
	}
}

func (l *list) monitors(all []MonitorAnswer, maxBytes int64, clustered bool) {
	if len(all) == 0 {
		l.notChecked("sync to disk", "an ordinary client cannot ask for it",
			"Give --nats-monitor http://host:8222 for each server, or check that its configuration has jetstream { sync_interval: always }.")
		return
	}
	asked, servers := make(map[string]bool), 0
	for _, m := range all {
		l.monitor(m, maxBytes, clustered)
		if m.Err == nil {
			asked[m.Monitor.Server] = true
			servers = max(servers, m.Monitor.ClusterSize)
		}
	}
	if servers > len(asked) {
		l.notChecked("sync to disk", fmt.Sprintf("of %s; the cluster has %d", count(servers-len(asked), "other server"), servers), "Give --nats-monitor for each server.")
	}
}

func (l *list) monitor(a MonitorAnswer, maxBytes int64, clustered bool) {
	m := a.Monitor
	name := "server " + m.Server
	switch {
	case a.Err != nil:
		l.warn("monitor", oneLine(a.Err), "Check --nats-monitor, and that the server has http_port: 8222.")
		return
	case !m.JetStream:
		l.problem(name, "JetStream is off", "Turn it on: jetstream {} in its configuration.")
		return
	case m.SyncAlways:
		l.ok(name, "syncs every message to its disk")
	case clustered || m.ClusterSize > 1:
		l.warn(name, "syncs to its disk every "+short(m.SyncInterval)+" only",
			"Set jetstream { sync_interval: always } on each server: otherwise a power cut may take announcements back that were acknowledged.")
	default:
		l.ok(name, "syncs to its disk every "+short(m.SyncInterval)+"; what a power cut takes, the journal brings back")
	}
	if m.MaxStore < maxBytes {
		l.warn(name+" storage", fmt.Sprintf("may keep %s; the stream may grow to %s", size(m.MaxStore), size(maxBytes)),
			"Give it more room (jetstream { max_file_store }): where it does not fit, the stream cannot be made.")
	}
	if m.ClockAhead.Abs() > clockWarning {
		l.clock(name+" clock", m.ClockAhead)
	}
}
