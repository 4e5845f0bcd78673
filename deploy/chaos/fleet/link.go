package fleet

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Link is what lies between one service and one store: a proxy that can be
// told to lose, delay and cut. It is safe for concurrent use.
type Link struct {
	Name  string // such as "intake-1/mongodb"
	proxy *toxiproxy.Proxy
}

// links makes links; they run in the harness, not in processes of their own.
type links struct{ server *toxiproxy.ApiServer }

func newLinks() links {
	return links{toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())}
}

// open opens a link from a loopback port to an address.
func (l links) open(name string, from int, to string) (*Link, error) {
	p := toxiproxy.NewProxy(l.server, name, address(from), to)
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("link %s: %w", name, err)
	}
	return &Link{Name: name, proxy: p}, nil
}

// Cut cuts all connections and refuses new ones until Heal.
func (l *Link) Cut() { l.proxy.Stop() }

// BlackHole swallows all that is sent, in both directions, until Heal. Nobody
// is told.
func (l *Link) BlackHole() error {
	return l.poison(
		toxic{"hole-up", "timeout", "upstream", 1, "timeout", 0},
		toxic{"hole-down", "timeout", "downstream", 1, "timeout", 0},
	)
}

// Delay delays all that is sent by half the given time in each direction.
func (l *Link) Delay(roundTrip time.Duration) error {
	half := int(roundTrip.Milliseconds() / 2)
	return l.poison(
		toxic{"delay-up", "latency", "upstream", 1, "latency", half},
		toxic{"delay-down", "latency", "downstream", 1, "latency", half},
	)
}

// CutInTheMiddle ends each of a share of new connections after some bytes.
// Share is from 0 to 1.
func (l *Link) CutInTheMiddle(share float64, bytes int) error {
	return l.poison(
		toxic{"limit-up", "limit_data", "upstream", share, "bytes", bytes},
		toxic{"limit-down", "limit_data", "downstream", share, "bytes", bytes},
	)
}

// Heal undoes all that was done to the link.
func (l *Link) Heal() error {
	l.proxy.Toxics.ResetToxics(context.Background())
	if err := l.proxy.Start(); err != nil && !strings.Contains(err.Error(), toxiproxy.ErrProxyAlreadyStarted.Error()) {
		return fmt.Errorf("heal %s: %w", l.Name, err)
	}
	return nil
}

func (l *Link) close() { l.proxy.Stop() }

// toxic is one of the proxy's own means.
type toxic struct {
	name, kind, stream string
	share              float64
	attribute          string
	value              int
}

func (l *Link) poison(toxics ...toxic) error {
	for _, t := range toxics {
		text := fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"toxicity":%g,"attributes":{%q:%d}}`,
			t.name, t.kind, t.stream, t.share, t.attribute, t.value)
		if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
			return fmt.Errorf("link %s: %s: %w", l.Name, t.kind, err)
		}
	}
	return nil
}
