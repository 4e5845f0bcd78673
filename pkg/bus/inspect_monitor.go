package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Monitor is what a server tells at its monitoring address (/varz), which no
// ordinary client can ask.
type Monitor struct {
	Server       string
	Version      string
	JetStream    bool
	SyncAlways   bool          // every message is on the disk before it is acknowledged
	SyncInterval time.Duration // how often the disk is made sure of otherwise
	MaxStore     int64         // what JetStream may keep on this server, bytes
	Stored       int64         // what it keeps, bytes
	ClusterSize  int           // servers of the JetStream cluster; 0: it is alone
	ClockAhead   time.Duration // its clock less this machine's
}

// varz is the part of a server's answer that is looked at, as
// nats-server/server/monitor.go (Varz) defines it.
type varz struct {
	Name      string    `json:"server_name"`
	Version   string    `json:"version"`
	Now       time.Time `json:"now"`
	JetStream struct {
		Config *struct {
			MaxStore     int64         `json:"max_storage"`
			SyncInterval time.Duration `json:"sync_interval"`
			SyncAlways   bool          `json:"sync_always"`
		} `json:"config"`
		Stats *struct {
			Store int64 `json:"storage"`
		} `json:"stats"`
		Meta *struct {
			Size int `json:"cluster_size"`
		} `json:"meta"`
	} `json:"jetstream"`
}

// maxVarz bounds what is read of an answer, in bytes.
const maxVarz = 1 << 20

// InspectMonitor asks one server at its monitoring address, such as
// http://host:8222.
func InspectMonitor(ctx context.Context, address string, now func() time.Time) (Monitor, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	base, err := url.Parse(address)
	if err != nil || base.Host == "" {
		return Monitor{}, fmt.Errorf("bus: %q is not the address of a monitor, such as http://host:8222", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath("varz").String(), nil)
	if err != nil {
		return Monitor{}, fmt.Errorf("bus: monitor: %w", err)
	}
	sent, begun := now(), time.Now()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // asked once
	resp, err := client.Do(req)
	if err != nil {
		return Monitor{}, fmt.Errorf("%w: monitor: %w", ErrUnavailable, err)
	}
	defer func() { _ = resp.Body.Close() }()
	took := time.Since(begun)
	if resp.StatusCode != http.StatusOK {
		return Monitor{}, fmt.Errorf("bus: monitor: %s answers %s", base.Host, resp.Status)
	}
	var v varz
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxVarz)).Decode(&v); err != nil {
		return Monitor{}, fmt.Errorf("bus: monitor: %s: %w", base.Host, err)
	}
	m := Monitor{Server: v.Name, Version: v.Version, ClockAhead: v.Now.Sub(sent.Add(took / 2))}
	if c := v.JetStream.Config; c != nil {
		m.JetStream, m.SyncAlways, m.SyncInterval, m.MaxStore = true, c.SyncAlways, c.SyncInterval, c.MaxStore
	}
	if s := v.JetStream.Stats; s != nil {
		m.Stored = s.Store
	}
	if c := v.JetStream.Meta; c != nil {
		m.ClusterSize = c.Size
	}
	return m, nil
}
