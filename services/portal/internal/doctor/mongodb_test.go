package doctor_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/services/portal/internal/doctor"
)

var now = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// goodSet is a replica set as it should be, seen by an account that may look.
func goodSet() journal.Facts {
	return journal.Facts{
		TLS:            true,
		Server:         journal.Server{Kind: journal.ReplicaSet, Set: "rs0", Writable: true, Data: 3, RoundTrip: time.Millisecond},
		Build:          journal.Answer[journal.Build]{Value: journal.Build{Version: "8.0.4"}},
		FeatureVersion: journal.Answer[string]{Value: "8.0"},
		Members:        journal.Answer[journal.Members]{Value: journal.Members{Voting: 3, VotingData: 3, JournalDefault: true}},
		Defaults:       journal.Answer[journal.Defaults]{Value: journal.Defaults{Write: "majority", Read: "local"}},
		Privileges:     journal.Answer[journal.Privileges]{Err: journal.ErrNotOffered},
		Space:          journal.Answer[journal.Space]{Value: journal.Space{Used: 10 << 30, Total: 100 << 30}},
		Write:          journal.Answer[time.Duration]{Value: 4 * time.Millisecond},
	}
}

func TestMongoDBIsJudged(t *testing.T) {
	notAllowed := fmt.Errorf("%w: replSetGetStatus", journal.ErrNotAllowed)
	for name, c := range map[string]struct {
		change func(*journal.Facts)
		check  string
		level  doctor.Level
		part   string
	}{
		"as it should be":          {func(*journal.Facts) {}, "deployment", doctor.OK, "replica set rs0"},
		"three members":            {func(*journal.Facts) {}, "members", doctor.OK, "3 members with data"},
		"a quick write":            {func(*journal.Facts) {}, "majority write", doctor.OK, "4.0 ms"},
		"standalone":               {func(f *journal.Facts) { f.Server.Kind = journal.Standalone }, "deployment", doctor.Problem, "standalone"},
		"sharded":                  {func(f *journal.Facts) { f.Server.Kind = journal.Sharded }, "deployment", doctor.OK, "sharded cluster"},
		"shards cannot be seen":    {func(f *journal.Facts) { f.Server.Kind = journal.Sharded }, "members", doctor.NotChecked, "shard"},
		"a secondary answers":      {func(f *journal.Facts) { f.Server.Writable = false }, "deployment", doctor.Problem, "no primary"},
		"the embedded engine":      {func(f *journal.Facts) { f.Build.Value.Embedded = "v1.24.2" }, "deployment", doctor.Warning, "one machine"},
		"two members":              {func(f *journal.Facts) { f.Members.Value.Voting, f.Members.Value.VotingData = 2, 2 }, "members", doctor.Warning, "2 members"},
		"an arbiter":               {func(f *journal.Facts) { f.Members.Value.VotingData = 2 }, "members", doctor.Warning, "1 arbiter"},
		"four votes":               {func(f *journal.Facts) { f.Members.Value.Voting, f.Members.Value.VotingData = 4, 4 }, "members", doctor.Warning, "4 members"},
		"may not look":             {func(f *journal.Facts) { f.Members.Err = notAllowed }, "members' health", doctor.NotChecked, "not allowed to look"},
		"may not look, but counts": {func(f *journal.Facts) { f.Members.Err = notAllowed; f.Server.Data = 1 }, "members", doctor.Warning, "1 member with data"},
		"a member is ill":          {func(f *journal.Facts) { f.Members.Value.Ill = []string{"c:27017 DOWN"} }, "members' health", doctor.Problem, "c:27017 DOWN"},
		"a member is behind":       {func(f *journal.Facts) { f.Members.Value.Lag = time.Minute }, "members' health", doctor.Warning, "60 s behind"},
		"no journal by default":    {func(f *journal.Facts) { f.Members.Value.JournalDefault = false }, "journaling", doctor.Warning, "off"},
		"an old version":           {func(f *journal.Facts) { f.Build.Value.Version, f.FeatureVersion.Value = "4.4.29", "4.4" }, "version", doctor.Warning, "no longer maintained"},
		"half an upgrade":          {func(f *journal.Facts) { f.FeatureVersion.Value = "7.0" }, "version", doctor.Warning, "in the manner of 7.0"},
		"no acknowledged write":    {func(f *journal.Facts) { f.Write.Err = errors.New("waiting for replication timed out") }, "majority write", doctor.Problem, "timed out"},
		"may not write":            {func(f *journal.Facts) { f.Write.Err = journal.ErrNotAllowed }, "majority write", doctor.Problem, "may not write"},
		"a slow write":             {func(f *journal.Facts) { f.Write.Value = 300 * time.Millisecond }, "majority write", doctor.Warning, "300 ms"},
		"a hopeless write":         {func(f *journal.Facts) { f.Write.Value = 2 * time.Second }, "majority write", doctor.Problem, "2.0 s"},
		"nobody logs in":           {func(f *journal.Facts) { f.Privileges.Err = nil }, "login", doctor.Problem, "everybody"},
		"nobody logs in, at home":  {func(f *journal.Facts) { f.Privileges.Err = nil; f.Loopback = true }, "login", doctor.Warning, "this machine"},
		"unencrypted":              {func(f *journal.Facts) { f.TLS = false }, "encryption", doctor.Warning, "leaves this machine"},
		"unencrypted, at home":     {func(f *journal.Facts) { f.TLS, f.Loopback = false, true }, "encryption", doctor.OK, "stays"},
		"clocks agree":             {func(f *journal.Facts) { f.Server.ClockAhead = 20 * time.Millisecond }, "clock", doctor.OK, "20 ms"},
		"a clock is ahead":         {func(f *journal.Facts) { f.Server.ClockAhead = 2 * time.Second }, "clock", doctor.Warning, "2.0 s ahead"},
		"a clock is far behind":    {func(f *journal.Facts) { f.Server.ClockAhead = -time.Hour }, "clock", doctor.Problem, "60 minutes behind"},
		"little room":              {func(f *journal.Facts) { f.Space.Value.Used = 95 << 30 }, "disk", doctor.Warning, "5 %"},
		"no room":                  {func(f *journal.Facts) { f.Space.Value.Used = 99 << 30 }, "disk", doctor.Problem, "1 %"},
		"room is not told":         {func(f *journal.Facts) { f.Space.Err = journal.ErrNotOffered }, "disk", doctor.NotChecked, "does not tell"},
		"nothing waits":            {func(*journal.Facts) {}, "outbox", doctor.OK, "empty"},
		"something waits": {func(f *journal.Facts) {
			f.Outbox.Value = journal.OutboxState{Markers: 1, Oldest: now.Add(-time.Second)}
		}, "outbox", doctor.OK, "1 batch waits"},
		"something waits for long": {func(f *journal.Facts) { f.Outbox.Value = journal.OutboxState{Markers: 3, Oldest: now.Add(-time.Hour)} }, "outbox", doctor.Warning, "3 batches wait to be announced, the oldest for 60 minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			f := goodSet()
			c.change(&f)
			expect(t, doctor.MongoDB(f, nil, "phananh", now), c.check, c.level, c.part)
		})
	}
}

func TestRightsOfTheAccountAreJudged(t *testing.T) {
	everything := []string{"find", "collStats", "insert", "remove", "update"}
	least := func() []journal.Grant {
		var grants []journal.Grant
		for _, n := range journal.Needs("phananh") {
			grants = append(grants, journal.Grant{Database: n.Database, Collection: n.Collection, Actions: n.Actions})
		}
		return grants
	}
	for name, c := range map[string]struct {
		grants []journal.Grant
		level  doctor.Level
		part   string
	}{
		"what is needed":          {least(), doctor.OK, "cannot be changed"},
		"one is missing":          {least()[1:], doctor.Problem, "lacks find on phananh"},
		"nothing":                 {nil, doctor.Problem, "insert on phananh.reports"},
		"may rewrite the reports": {append(least(), journal.Grant{Database: "phananh", Collection: "reports", Actions: []string{"update"}}), doctor.Warning, "recorded in phananh.reports"},
		"may remove an action":    {append(least(), journal.Grant{Collection: "actions", Actions: []string{"remove"}}), doctor.Warning, "recorded in phananh.actions"},
		"readWrite":               {[]journal.Grant{{Actions: everything}}, doctor.Warning, "phananh.pins"},
	} {
		t.Run(name, func(t *testing.T) {
			f := goodSet()
			f.Privileges = journal.Answer[journal.Privileges]{Value: journal.Privileges{User: "portal@admin", Grants: c.grants}}
			all := doctor.MongoDB(f, nil, "phananh", now)
			expect(t, all, "rights", c.level, c.part)
			expect(t, all, "login", doctor.OK, "portal@admin")
		})
	}
}

func TestAReplicaSetAsItShouldBeHasNoWarning(t *testing.T) {
	for _, f := range doctor.MongoDB(goodSet(), nil, "phananh", now) {
		if f.Level != doctor.OK && f.Name != "login" { // not told in these facts
			t.Errorf("%+v", f)
		}
	}
}

func TestMongoDBThatDoesNotAnswerIsOneFinding(t *testing.T) {
	err := fmt.Errorf("%w: server selection error: connection refused", journal.ErrUnavailable)
	all := doctor.MongoDB(journal.Facts{}, err, "phananh", now)
	if len(all) != 1 {
		t.Errorf("%+v", all)
	}
	expect(t, all, "answers", doctor.Problem, "connection refused")
}
