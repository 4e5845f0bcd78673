package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// linger is set to a few times what the balancer takes to notice.
const (
	pollEvery = 100 * time.Millisecond
	linger    = time.Second
)

// replica is an intake process behind the balancer, at one address for ever.
type replica struct {
	address string
	command func() *exec.Cmd
	running *exec.Cmd
	ready   atomic.Bool
}

func (r *replica) start(t *testing.T) {
	t.Helper()
	r.running = r.command()
	if err := r.running.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !r.ready.Load(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not ready within 20 s")
		}
	}
}

// stop asks the process to stop, as an orchestrator does, and waits for it.
func (r *replica) stop(t *testing.T) {
	t.Helper()
	if err := r.running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.running.Wait(); err != nil {
		t.Errorf("stopped with %v", err)
	}
}

// poll asks for readiness until ctx ends, each time on a new connection.
func (r *replica) poll(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for ctx.Err() == nil {
		resp, err := client.Get("http://" + r.address + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
		}
		r.ready.Store(err == nil && resp.StatusCode == http.StatusOK)
		time.Sleep(pollEvery)
	}
}

// balancer gives each request to the next replica that is ready, over
// connections that are kept. It never sends a request twice: whatever the
// replicas do wrong is seen.
func balancer(t *testing.T, replicas []*replica) string {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	var next atomic.Uint64
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			turn := next.Add(1)
			for i := range replicas {
				r := replicas[(turn+uint64(i))%uint64(len(replicas))]
				if r.ready.Load() {
					p.SetURL(&url.URL{Scheme: "http", Host: r.address})
					return
				}
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, err.Error())
		},
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(func() { s.Close(); transport.CloseIdleConnections() })
	return s.URL
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestARollingRestartUnderLoadFailsNoRequest(t *testing.T) {
	engines := embeddedtest.Start(t)
	binary := filepath.Join(t.TempDir(), "intake")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var polling sync.WaitGroup
	replicas := make([]*replica, 2)
	for i := range replicas {
		address := freeAddress(t)
		replicas[i] = &replica{address: address, command: func() *exec.Cmd {
			cmd := exec.Command(binary, "--addr", address, "--linger", linger.String())
			cmd.Env = append(os.Environ(), "MONGODB_URI="+engines.MongoDB, "NATS_URL="+engines.NATS,
				"PORTAL_DATABASE="+embeddedtest.Database, "PORTAL_RECEIPT_KEY="+strings.Repeat("5a", 32))
			cmd.Stderr = io.Discard
			return cmd
		}}
		polling.Go(func() { replicas[i].poll(ctx) })
		replicas[i].start(t)
	}
	defer func() {
		for _, r := range replicas {
			r.stop(t)
		}
		cancel()
		polling.Wait()
	}()
	at := balancer(t, replicas)

	var sent, failed atomic.Int64
	var loading sync.WaitGroup
	loadCtx, enough := context.WithCancel(t.Context())
	for client := range 8 {
		loading.Go(func() {
			c := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
			defer c.CloseIdleConnections()
			for n := 0; loadCtx.Err() == nil; n++ {
				req, err := http.NewRequest(http.MethodPost, at+"/api/v1/reports", strings.NewReader(good))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Idempotency-Key", fmt.Sprintf("rolling-restart-%d-%08d", client, n))
				resp, err := c.Do(req)
				sent.Add(1)
				if err != nil {
					failed.Add(1)
					t.Error(err)
					continue
				}
				body, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusCreated {
					failed.Add(1)
					t.Errorf("%d %s", resp.StatusCode, body)
				}
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	const rounds = 2
	for range rounds {
		for _, r := range replicas {
			r.stop(t)
			r.ready.Store(false)
			r.start(t)
		}
	}
	enough()
	loading.Wait()
	t.Logf("%d restarts, %d requests, %d failed", rounds*len(replicas), sent.Load(), failed.Load())
}
