package journal

import (
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The readers of this file follow the shapes that MongoDB's manual documents
// for hello, replSetGetStatus, replSetGetConfig, getDefaultRWConcern and
// dbStats. They are tested with such documents and with the embedded engine,
// not against a running replica set or sharded cluster.

// Kind is what kind of deployment a server belongs to.
type Kind string

// Kinds of deployments, from the answer to hello.
const (
	Standalone Kind = "standalone server"
	ReplicaSet Kind = "replica set"
	Sharded    Kind = "sharded cluster"
)

// Server is what a server tells everybody.
type Server struct {
	Kind       Kind
	Set        string        // name of the replica set
	Writable   bool          // it is the primary, or needs none
	Data       int           // members of the set that hold data, hidden ones not counted
	Arbiters   int           // members that vote and hold nothing
	RoundTrip  time.Duration // of the quickest greeting
	ClockAhead time.Duration // its clock less this machine's, exact to half of RoundTrip

	localTime time.Time
}

func readHello(r bson.Raw) (Server, error) {
	var d struct {
		SetName   string    `bson:"setName"`
		Msg       string    `bson:"msg"`
		Writable  bool      `bson:"isWritablePrimary"`
		Hosts     []string  `bson:"hosts"`
		Passives  []string  `bson:"passives"`
		Arbiters  []string  `bson:"arbiters"`
		LocalTime time.Time `bson:"localTime"`
	}
	if err := bson.Unmarshal(r, &d); err != nil {
		return Server{}, fmt.Errorf("hello: %w", err)
	}
	s := Server{
		Kind: Standalone, Set: d.SetName, Writable: d.Writable,
		Data: len(d.Hosts) + len(d.Passives), Arbiters: len(d.Arbiters), localTime: d.LocalTime,
	}
	switch {
	case d.Msg == "isdbgrid":
		s.Kind = Sharded
	case d.SetName != "":
		s.Kind = ReplicaSet
	}
	return s, nil
}

// Build is which server it is.
type Build struct {
	Version  string // of MongoDB, or the one that an engine imitates
	Embedded string // version of the embedded engine; empty: MongoDB itself
}

func readBuild(r bson.Raw) (Build, error) {
	var d struct {
		Version  string `bson:"version"`
		FerretDB string `bson:"ferretdbVersion"`
	}
	if err := bson.Unmarshal(r, &d); err != nil {
		return Build{}, fmt.Errorf("buildInfo: %w", err)
	}
	return Build{Version: d.Version, Embedded: d.FerretDB}, nil
}

func readFeatureVersion(r bson.Raw) (string, error) {
	v, err := r.LookupErr("featureCompatibilityVersion", "version")
	if err != nil {
		return "", ErrNotOffered
	}
	s, ok := v.StringValueOK()
	if !ok {
		return "", ErrNotOffered
	}
	return s, nil
}

// Members is the state of a replica set.
type Members struct {
	Voting         int           // members that vote
	VotingData     int           // those of them that hold data: they make the majority of a write
	Ill            []string      // members that are not well, with their state
	Lag            time.Duration // how far the last secondary is behind the primary
	JournalDefault bool          // majority writes wait for the disk by default
}

func readMembers(status, config bson.Raw) (Members, error) {
	var s struct {
		Members []struct {
			Name   string    `bson:"name"`
			Health float64   `bson:"health"`
			State  string    `bson:"stateStr"`
			Optime time.Time `bson:"optimeDate"`
		} `bson:"members"`
	}
	var c struct {
		Config struct {
			JournalDefault *bool `bson:"writeConcernMajorityJournalDefault"`
			Members        []struct {
				Votes   *float64 `bson:"votes"`
				Arbiter bool     `bson:"arbiterOnly"`
			} `bson:"members"`
		} `bson:"config"`
	}
	if err := bson.Unmarshal(status, &s); err != nil {
		return Members{}, fmt.Errorf("replSetGetStatus: %w", err)
	}
	if err := bson.Unmarshal(config, &c); err != nil {
		return Members{}, fmt.Errorf("replSetGetConfig: %w", err)
	}
	m := Members{JournalDefault: c.Config.JournalDefault == nil || *c.Config.JournalDefault}
	for _, member := range c.Config.Members {
		if member.Votes != nil && *member.Votes == 0 {
			continue
		}
		m.Voting++
		if !member.Arbiter {
			m.VotingData++
		}
	}
	var first, last time.Time
	for _, member := range s.Members {
		if member.Health != 1 || !slices.Contains([]string{"PRIMARY", "SECONDARY", "ARBITER"}, member.State) {
			m.Ill = append(m.Ill, member.Name+" "+member.State)
			continue
		}
		switch {
		case member.State == "PRIMARY":
			first = member.Optime
		case member.State == "SECONDARY" && (last.IsZero() || member.Optime.Before(last)):
			last = member.Optime
		}
	}
	if !first.IsZero() && !last.IsZero() {
		m.Lag = max(0, first.Sub(last))
	}
	return m, nil
}

// Defaults is what the deployment gives to programs that ask for nothing. The
// portal always asks.
type Defaults struct{ Write, Read string }

func readDefaults(r bson.Raw) (Defaults, error) {
	var d struct {
		Write struct {
			W any `bson:"w"`
		} `bson:"defaultWriteConcern"`
		Read struct {
			Level string `bson:"level"`
		} `bson:"defaultReadConcern"`
	}
	if err := bson.Unmarshal(r, &d); err != nil {
		return Defaults{}, fmt.Errorf("getDefaultRWConcern: %w", err)
	}
	out := Defaults{Write: "1", Read: "local"} // what holds where nothing is set
	if d.Write.W != nil {
		out.Write = fmt.Sprint(d.Write.W)
	}
	if d.Read.Level != "" {
		out.Read = d.Read.Level
	}
	return out, nil
}

// Space is the file system that the primary keeps its data on, in bytes.
type Space struct{ Used, Total int64 }

func readSpace(r bson.Raw) (Space, error) {
	var d struct {
		Used  float64 `bson:"fsUsedSize"`
		Total float64 `bson:"fsTotalSize"`
	}
	if err := bson.Unmarshal(r, &d); err != nil {
		return Space{}, fmt.Errorf("dbStats: %w", err)
	}
	if d.Total <= 0 {
		return Space{}, ErrNotOffered
	}
	return Space{Used: int64(d.Used), Total: int64(d.Total)}, nil
}
