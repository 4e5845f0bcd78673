// Package balance is a small load balancer as operators put one in front of
// the services: it asks each replica whether it is ready, sends requests to
// those that are, and takes another one where the first refuses the
// connection.
package balance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	probeEvery   = 200 * time.Millisecond
	probeTimeout = time.Second
	maxBody      = 1 << 20 // bytes that are kept so that a request can be sent once more
)

// Balancer spreads requests over replicas. It is safe for concurrent use.
type Balancer struct {
	URL string // where it listens

	replicas  []*replica
	next      atomic.Uint64
	transport *http.Transport
	server    http.Server
	stop      context.CancelFunc
	running   sync.WaitGroup
}

type replica struct {
	url   string
	ready atomic.Bool
}

// Start listens on a loopback address and begins to ask the replicas.
func Start(addr string, urls []string) (*Balancer, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	b := &Balancer{
		URL: "http://" + listener.Addr().String(), stop: stop,
		transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, DisableCompression: true},
	}
	b.server.Handler = b
	b.server.ReadHeaderTimeout = 5 * time.Second
	for _, url := range urls {
		r := &replica{url: url}
		b.probe(ctx, r)
		b.replicas = append(b.replicas, r)
		b.running.Go(func() { b.watch(ctx, r) })
	}
	b.running.Go(func() { _ = b.server.Serve(listener) })
	return b, nil
}

// Close stops listening, waits for requests on their way, and stops asking.
func (b *Balancer) Close(ctx context.Context) error {
	err := b.server.Shutdown(ctx)
	b.stop()
	b.running.Wait()
	b.transport.CloseIdleConnections()
	return err
}

func (b *Balancer) watch(ctx context.Context, r *replica) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			b.probe(ctx, r)
		}
	}
}

func (b *Balancer) probe(ctx context.Context, r *replica) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/readyz", nil)
	if err != nil {
		return
	}
	resp, err := b.transport.RoundTrip(req)
	if err != nil {
		r.ready.Store(false)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	r.ready.Store(resp.StatusCode == http.StatusOK)
}

// ServeHTTP sends a request to a ready replica. One that could not be
// connected to has not seen the request, so the next one gets it. All others
// that fail are a bad gateway: the request may have been carried out.
func (b *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "body not read", http.StatusBadRequest)
		return
	}
	for _, replica := range b.order() {
		err := b.pass(w, r, replica, body)
		if err == nil {
			return
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		replica.ready.Store(false)
	}
	http.Error(w, "no replica is ready", http.StatusBadGateway)
}

// order lists the replicas to try: the ready ones in turn, then the others,
// which may have become ready since they were asked.
func (b *Balancer) order() []*replica {
	var ready, others []*replica
	n := int(b.next.Add(1))
	for i := range b.replicas {
		r := b.replicas[(n+i)%len(b.replicas)]
		if r.ready.Load() {
			ready = append(ready, r)
		} else {
			others = append(others, r)
		}
	}
	return append(ready, others...)
}

// pass has a replica answer. An error means that nothing was answered yet.
func (b *Balancer) pass(w http.ResponseWriter, r *http.Request, to *replica, body []byte) error {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, to.url+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = r.Header.Clone()
	req.Header.Del("Connection")
	resp, err := b.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	for name, values := range resp.Header {
		if name != "Connection" { // the replica's, not the client's
			w.Header()[name] = values
		}
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
	return nil
}
