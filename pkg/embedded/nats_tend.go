package embedded

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	tendEvery = time.Second
	// roomToStart is how much must be free before a store is started again,
	// in bytes: less would only fail once more.
	roomToStart = 8 << 20
	// slowestRestart is how rarely a store is started again that does not
	// recover by it.
	slowestRestart = time.Minute
)

// tend starts JetStream again when it no longer takes writes and there is room
// for them: after one failed write, of a full disk say, the server refuses all
// others until it is restarted.
func (n *NATS) tend() {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	pause, next := tendEvery, time.Now()
	for {
		select {
		case <-n.stop:
			return
		case <-tick.C:
		}
		fault := n.fault()
		if fault == "" {
			pause = tendEvery
			continue
		}
		free, err := Free(n.dir)
		if err != nil || free.Bytes < roomToStart || time.Now().Before(next) {
			continue
		}
		n.log.Warn("the NATS store takes no writes and is started again", "fault", fault)
		if err := n.restartStore(); err != nil {
			n.log.Error("the NATS store does not start", "error", err)
		}
		pause = min(2*pause, slowestRestart)
		next = time.Now().Add(pause)
	}
}

// fault says what is wrong with the store; nothing if it works.
func (n *NATS) fault() string {
	health := n.server.Healthz(&server.HealthzOptions{})
	if health.Status == "ok" {
		return ""
	}
	return health.Error
}

func (n *NATS) restartStore() error {
	if err := n.server.ShutdownJetStream(); err != nil {
		return fmt.Errorf("stop JetStream: %w", err)
	}
	if err := n.server.EnableJetStream(&server.JetStreamConfig{StoreDir: n.dir, MaxStore: maxStore}); err != nil {
		return fmt.Errorf("start JetStream: %w", err)
	}
	return nil
}

// aside is where a damaged store is kept, for whoever wants to look at it.
func aside(dir string, now time.Time) string {
	return filepath.Clean(dir) + ".damaged-" + now.UTC().Format("20060102T150405.000")
}
