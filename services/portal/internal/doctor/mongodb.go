package doctor

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/phananh/portal/pkg/journal"
)

const (
	slowWrite    = 100 * time.Millisecond // an officer would feel it
	hopelessly   = time.Second            // the journal gives a batch 2.5 s
	longInOutbox = time.Minute
	maxLag       = 10 * time.Second
	// oldestMajor is the oldest major version that MongoDB still maintains
	// (https://www.mongodb.com/legal/support-policy/lifecycles).
	oldestMajor = 7
)

// MongoDB judges what was found out about the database, or why nothing was.
func MongoDB(f journal.Facts, err error, database string, now time.Time) []Finding {
	l := &list{area: "MongoDB"}
	if err != nil {
		l.problem("answers", oneLine(err), "Check MONGODB_URI, the network and that the replica set has a primary. Nothing else of MongoDB could be checked.")
		return l.all
	}
	l.deployment(f)
	l.mongoVersion(f)
	l.members(f)
	l.write(f)
	l.defaults(f)
	l.login(f)
	l.rights(f, database)
	l.encryption(f.TLS, f.Loopback, "Give MONGODB_URI with tls=true: reports and identities travel over it.")
	l.clock("clock", f.Server.ClockAhead)
	l.space(f)
	l.outbox(f.Outbox, now)
	return l.all
}

func embedded(f journal.Facts) bool { return f.Build.Value.Embedded != "" }

func (l *list) deployment(f journal.Facts) {
	const name = "deployment"
	answers := ", answers in " + short(f.Server.RoundTrip)
	switch {
	case embedded(f):
		l.warn(name, "embedded engine (FerretDB)"+answers+": fine for one machine; one copy, on one disk",
			"For production give MONGODB_URI of a replica set of three members.")
	case f.Server.Kind == journal.Standalone:
		l.problem(name, "a standalone server: there is one copy, and no majority to ask for",
			"Make it a replica set of three members (rs.initiate, rs.add).")
	case !f.Server.Writable:
		l.problem(name, fmt.Sprintf("%s %s, but what answers is no primary", f.Server.Kind, f.Server.Set),
			"Name all members and replicaSet= in MONGODB_URI, without directConnection.")
	case f.Server.Kind == journal.ReplicaSet:
		l.ok(name, "replica set "+f.Server.Set+answers)
	default:
		l.ok(name, string(f.Server.Kind)+answers)
	}
}

func (l *list) mongoVersion(f journal.Facts) {
	const name = "version"
	if f.Build.Err != nil {
		l.notAnswered(name, f.Build.Err, "")
		return
	}
	if embedded(f) {
		return // said with the deployment
	}
	v, feature := f.Build.Value.Version, f.FeatureVersion.Value
	switch {
	case major(v) < oldestMajor:
		l.warn(name, v+", which is no longer maintained", "Upgrade to a maintained version, one major version at a time.")
	case feature != "" && !strings.HasPrefix(v, feature+"."):
		l.warn(name, v+" in the manner of "+feature, "After an upgrade has proved itself, set featureCompatibilityVersion to it; the next upgrade needs that.")
	default:
		l.ok(name, v)
	}
}

func major(version string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return n
}

const askMembers = "Grant the doctor's account the role clusterMonitor and run it again, or look at rs.status() and rs.conf()."

func (l *list) members(f journal.Facts) {
	const name = "members"
	switch {
	case f.Server.Kind == journal.Sharded:
		l.notChecked(name, "each shard is a replica set of its own, which cannot be seen through mongos", "Look at rs.status() of each shard.")
		return
	case f.Server.Kind != journal.ReplicaSet:
		return
	}
	data, arbiters := f.Server.Data, f.Server.Arbiters
	m := f.Members.Value
	if f.Members.Err == nil {
		data, arbiters = m.VotingData, m.Voting-m.VotingData
	}
	found := count(data, "member") + " with data"
	if arbiters > 0 {
		found += ", " + count(arbiters, "arbiter")
	}
	switch {
	case data < 3:
		l.warn(name, found, "Use three members that vote and hold data: with fewer, losing one stops every write, or leaves one copy.")
	case f.Members.Err != nil:
		l.ok(name, found)
	case (data+arbiters)%2 == 0:
		l.warn(name, found, "Use an odd number of votes: an even one survives no more losses and costs one more.")
	default:
		l.ok(name, found)
	}
	if f.Members.Err != nil {
		l.notAnswered("members' health", f.Members.Err, askMembers)
		return
	}
	l.health(m)
}

func (l *list) health(m journal.Members) {
	const name = "members' health"
	switch {
	case len(m.Ill) > 0:
		l.problem(name, strings.Join(m.Ill, "; "), "Bring them back before going live; until then the set survives fewer losses than it is built for.")
	case m.Lag > maxLag:
		l.warn(name, "a secondary is "+short(m.Lag)+" behind the primary", "Find out why (disk, network): majority writes wait for it as soon as another member is lost.")
	default:
		l.ok(name, "all are well, the last one "+short(m.Lag)+" behind")
	}
	if !m.JournalDefault {
		l.warn("journaling", "writeConcernMajorityJournalDefault is off: a majority may acknowledge what is on no disk", "Turn it on with rs.reconfig, and check that no member keeps its data in memory.")
	}
}

func (l *list) write(f journal.Facts) {
	const name = "majority write"
	w := f.Write
	found := "on the disks of a majority within " + short(w.Value) + " (median)"
	if embedded(f) {
		found = "on the disk within " + short(w.Value) + " (median)"
	}
	switch {
	case errors.Is(w.Err, journal.ErrNotAllowed):
		l.problem(name, "the account may not write: "+oneLine(w.Err), "See rights.")
	case w.Err != nil:
		l.problem(name, oneLine(w.Err), "Without it no report is accepted: every answer would be 503. Check that a majority of the members is up and journals.")
	case w.Value > hopelessly:
		l.problem(name, found, "Nearly every report would run into the time limit of 2.5 s. Check disks and network of the members.")
	case w.Value > slowWrite:
		l.warn(name, found, "It is part of every answer to a resident and an officer. Check the members' disks, and the network between them.")
	default:
		l.ok(name, found)
	}
}

func (l *list) defaults(f journal.Facts) {
	const name = "default concerns"
	if f.Defaults.Err != nil {
		if !embedded(f) && f.Server.Kind != journal.Standalone {
			l.notAnswered(name, f.Defaults.Err, "")
		}
		return
	}
	d := f.Defaults.Value
	l.ok(name, fmt.Sprintf("write %s, read %s; the portal asks for majority and journal itself", d.Write, d.Read))
}

func (l *list) login(f journal.Facts) {
	const name = "login"
	switch p := f.Privileges; {
	case p.Err != nil:
		l.notAnswered(name, p.Err, "")
	case p.Value.User != "":
		l.ok(name, p.Value.User)
	case embedded(f) && f.Loopback:
		l.ok(name, "none; the engine listens on this machine only")
	case f.Loopback:
		l.warn(name, "none: everybody on this machine may read and change everything", "Turn on authorization and give the portal an account of its own.")
	default:
		l.problem(name, "none: everybody who reaches the server may read and change everything", "Turn on authorization and give the portal an account of its own.")
	}
}

func (l *list) rights(f journal.Facts, database string) {
	const name = "rights"
	p := f.Privileges.Value
	if f.Privileges.Err != nil || p.User == "" {
		return // said with the login
	}
	var lacks, excess []string
	for _, n := range journal.Needs(database) {
		full := n.Database + "." + n.Collection
		for _, action := range n.Actions {
			if !p.May(action, n.Database, n.Collection) {
				lacks = append(lacks, action+" on "+full)
			}
		}
		if n.Record && slices.ContainsFunc(journal.Rewriting(), func(a string) bool { return p.May(a, n.Database, n.Collection) }) {
			excess = append(excess, full)
		}
	}
	switch {
	case len(lacks) > 0:
		l.problem(name, "the account lacks "+strings.Join(lacks, ", "), "Grant it: find and insert everywhere, collStats on reports and actions, remove on outbox, probes and sessions.")
	case len(excess) > 0:
		l.warn(name, "the account may change or remove what is recorded in "+strings.Join(excess, ", "),
			"Use a role with find, insert and collStats only, and remove on outbox, probes and sessions: then not even a broken portal can rewrite the record.")
	default:
		l.ok(name, "add and read; the record cannot be changed with them")
	}
}

func (l *list) space(f journal.Facts) {
	const name = "disk"
	s := f.Space.Value
	if f.Space.Err != nil {
		if !embedded(f) { // its disk is this machine's
			l.notAnswered(name, f.Space.Err, "Look at the free space of each member.")
		}
		return
	}
	l.freeSpace(name, s.Total-s.Used, s.Total, "Make room on the members: when the disk is full no report is accepted.")
}

func (l *list) outbox(o journal.Answer[journal.OutboxState], now time.Time) {
	const name = "outbox"
	if o.Err != nil {
		l.notAnswered(name, o.Err, "")
		return
	}
	if o.Value.Markers == 0 {
		l.ok(name, "empty: everything accepted has been announced")
		return
	}
	age := now.Sub(o.Value.Oldest)
	verb := " waits"
	if o.Value.Markers > 1 {
		verb = " wait"
	}
	found := count(o.Value.Markers, "batch")
	if o.Value.Markers > 1 {
		found = fmt.Sprintf("%d batches", o.Value.Markers)
	}
	found += verb + " to be announced, the oldest for " + short(max(0, age))
	if age > longInOutbox {
		l.warn(name, found, "NATS is away, or no intake, triage or desk is running to announce it. Nothing is lost; officers see it late.")
		return
	}
	l.ok(name, found)
}

// notAnswered says why something could not be looked at.
func (l *list) notAnswered(name string, err error, do string) {
	switch {
	case errors.Is(err, journal.ErrNotAllowed):
		l.notChecked(name, "not allowed to look: "+oneLine(err), do)
	case errors.Is(err, journal.ErrNotOffered):
		l.notChecked(name, "this server does not tell", do)
	default:
		l.notChecked(name, oneLine(err), do)
	}
}

// login is the part of an address that may hold a password.
var login = regexp.MustCompile(`://[^\s"]*@`)

// oneLine is an error's text without the packages' prefixes and without the
// passwords that a malformed address would bring with it.
func oneLine(err error) string {
	text := login.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "://(secret)@")
	for _, prefix := range []string{"journal: ", "bus: "} {
		text = strings.ReplaceAll(text, prefix, "")
	}
	return text
}
