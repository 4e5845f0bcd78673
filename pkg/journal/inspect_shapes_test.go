package journal

import (
	"errors"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The documents of this file follow the examples of MongoDB's manual; no
// replica set or sharded cluster was asked.

func document(t *testing.T, json string) bson.Raw {
	t.Helper()
	var d bson.Raw
	if err := bson.UnmarshalExtJSON([]byte(json), false, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGreetingTellsWhatKindOfDeploymentItIs(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		hello string
		want  Server
	}{
		"replica set": {
			`{"topologyVersion":{"counter":{"$numberLong":"6"}},"hosts":["a:27017","b:27017"],"passives":["c:27017"],"arbiters":["d:27017"],
			"setName":"rs0","setVersion":5,"secondary":false,"isWritablePrimary":true,"primary":"a:27017","me":"a:27017",
			"maxWireVersion":21,"localTime":{"$date":"2026-03-01T08:00:00Z"},"ok":1.0}`,
			Server{Kind: ReplicaSet, Set: "rs0", Writable: true, Data: 3, Arbiters: 1, localTime: now},
		},
		"sharded cluster": {
			`{"isWritablePrimary":true,"msg":"isdbgrid","localTime":{"$date":"2026-03-01T08:00:00Z"},"maxWireVersion":21,"ok":1.0}`,
			Server{Kind: Sharded, Writable: true, localTime: now},
		},
		"standalone": {
			`{"isWritablePrimary":true,"localTime":{"$date":"2026-03-01T08:00:00Z"},"maxWireVersion":21,"readOnly":false,"ok":1.0}`,
			Server{Kind: Standalone, Writable: true, localTime: now},
		},
	} {
		got, err := readHello(document(t, c.hello))
		got.localTime = got.localTime.UTC()
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestMembersOfAReplicaSetAreCounted(t *testing.T) {
	status := document(t, `{"set":"rs0","date":{"$date":"2026-03-01T08:00:20Z"},"myState":1,"members":[
		{"_id":0,"name":"a:27017","health":1.0,"state":1,"stateStr":"PRIMARY","optimeDate":{"$date":"2026-03-01T08:00:18Z"}},
		{"_id":1,"name":"b:27017","health":1.0,"state":2,"stateStr":"SECONDARY","optimeDate":{"$date":"2026-03-01T08:00:11Z"}},
		{"_id":2,"name":"c:27017","health":0.0,"state":8,"stateStr":"(not reachable/healthy)","optimeDate":{"$date":"1970-01-01T00:00:00Z"}},
		{"_id":3,"name":"d:27017","health":1.0,"state":7,"stateStr":"ARBITER"}],"ok":1.0}`)
	config := document(t, `{"config":{"_id":"rs0","version":4,"term":7,"writeConcernMajorityJournalDefault":false,"members":[
		{"_id":0,"host":"a:27017","arbiterOnly":false,"votes":1,"priority":1.0},
		{"_id":1,"host":"b:27017","arbiterOnly":false,"votes":1,"priority":1.0},
		{"_id":2,"host":"c:27017","arbiterOnly":false,"votes":0,"priority":0.0,"hidden":true},
		{"_id":3,"host":"d:27017","arbiterOnly":true,"votes":1}]},"ok":1.0}`)
	m, err := readMembers(status, config)
	if err != nil {
		t.Fatal(err)
	}
	if m.Voting != 3 || m.VotingData != 2 || m.Lag != 7*time.Second || m.JournalDefault {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(m.Ill, []string{"c:27017 (not reachable/healthy)"}) {
		t.Errorf("ill: %q", m.Ill)
	}
	m, err = readMembers(status, document(t, `{"config":{"members":[{"_id":0,"host":"a:27017"}]}}`))
	if err != nil || !m.JournalDefault || m.Voting != 1 {
		t.Errorf("what is left out is the default: %+v, %v", m, err)
	}
}

func TestPrivilegesCoverCollections(t *testing.T) {
	p, err := readPrivileges(document(t, `{"authInfo":{"authenticatedUsers":[{"user":"portal","db":"admin"}],
		"authenticatedUserRoles":[{"role":"portal","db":"phananh"}],"authenticatedUserPrivileges":[
		{"resource":{"db":"phananh","collection":"reports"},"actions":["find","insert"]},
		{"resource":{"db":"phananh","collection":"outbox"},"actions":["find","insert","remove"]},
		{"resource":{"db":"logs","collection":""},"actions":["update"]},
		{"resource":{"db":"","collection":"actions"},"actions":["find"]},
		{"resource":{"cluster":true},"actions":["update","remove"]}]},"ok":1.0}`))
	if err != nil || p.User != "portal@admin" {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, c := range []struct {
		action, collection string
		want               bool
	}{
		{"insert", "reports", true},
		{"update", "reports", false}, // granted in another database, and on the cluster
		{"remove", "reports", false},
		{"remove", "outbox", true},
		{"find", "actions", true}, // in every database
		{"insert", "actions", false},
	} {
		if got := p.May(c.action, "phananh", c.collection); got != c.want {
			t.Errorf("%s %s: %t", c.action, c.collection, got)
		}
	}
	root, err := readPrivileges(document(t, `{"authInfo":{"authenticatedUsers":[{"user":"root","db":"admin"}],
		"authenticatedUserPrivileges":[{"resource":{"anyResource":true},"actions":["anyAction"]}]}}`))
	if err != nil || !root.May("update", "phananh", "reports") {
		t.Errorf("the root user may do everything: %+v, %v", root, err)
	}
	nobody, err := readPrivileges(document(t, `{"authInfo":{"authenticatedUsers":[],"authenticatedUserPrivileges":[]}}`))
	if err != nil || nobody.User != "" || !nobody.May("update", "phananh", "reports") {
		t.Errorf("where nobody logs in, everybody may do everything: %+v, %v", nobody, err)
	}
	if _, err := readPrivileges(document(t, `{"authInfo":{"authenticatedUsers":[{"user":"a","db":"b"}]}}`)); !errors.Is(err, ErrNotOffered) {
		t.Errorf("privileges not told: %v", err)
	}
}

func TestDefaultsAndSpaceAreRead(t *testing.T) {
	for in, want := range map[string]Defaults{
		`{"defaultReadConcern":{"level":"local"},"defaultWriteConcern":{"w":"majority","wtimeout":0},"defaultWriteConcernSource":"implicit","ok":1.0}`: {Write: "majority", Read: "local"},
		`{"defaultWriteConcern":{"w":2,"wtimeout":0},"ok":1.0}`: {Write: "2", Read: "local"},
		`{"ok":1.0}`: {Write: "1", Read: "local"},
	} {
		if got, err := readDefaults(document(t, in)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	if s, err := readSpace(document(t, `{"db":"phananh","fsUsedSize":126727540736.0,"fsTotalSize":499963174912.0,"ok":1.0}`)); err != nil || s != (Space{126727540736, 499963174912}) {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := readSpace(document(t, `{"db":"phananh","ok":1.0}`)); !errors.Is(err, ErrNotOffered) {
		t.Errorf("space not told: %v", err)
	}
	if v, err := readFeatureVersion(document(t, `{"featureCompatibilityVersion":{"version":"7.0"},"ok":1.0}`)); err != nil || v != "7.0" {
		t.Errorf("%s, %v", v, err)
	}
}
