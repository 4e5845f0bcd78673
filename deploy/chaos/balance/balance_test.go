package balance_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/deploy/chaos/balance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is a replica that can be made unready.
type service struct {
	*httptest.Server
	unready  atomic.Bool
	requests atomic.Int64
}

func serve(t *testing.T) *service {
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			if s.unready.Load() {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return
		}
		s.requests.Add(1)
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Query", r.URL.RawQuery)
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body)
	}))
	t.Cleanup(s.Close)
	return s
}

func balanced(t *testing.T, urls ...string) *balance.Balancer {
	b, err := balance.Start("127.0.0.1:0", urls)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func post(t *testing.T, b *balance.Balancer) int {
	t.Helper()
	resp, err := http.Post(b.URL+"/x?a=1", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusCreated && (string(body) != "hello" || resp.Header.Get("X-Query") != "a=1") {
		t.Errorf("answered %q, query %q", body, resp.Header.Get("X-Query"))
	}
	return resp.StatusCode
}

func TestRequestsAreSpreadOverReadyReplicas(t *testing.T) {
	first, second := serve(t), serve(t)
	b := balanced(t, first.URL, second.URL)
	for range 10 {
		if status := post(t, b); status != http.StatusCreated {
			t.Fatal(status)
		}
	}
	if first.requests.Load() != 5 || second.requests.Load() != 5 {
		t.Errorf("%d and %d", first.requests.Load(), second.requests.Load())
	}
	first.unready.Store(true)
	for deadline := time.Now().Add(5 * time.Second); ; {
		before := first.requests.Load()
		post(t, b)
		post(t, b)
		if first.requests.Load() == before {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("an unready replica goes on getting requests")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestARefusedConnectionGoesToAnotherReplica(t *testing.T) {
	first, second := serve(t), serve(t)
	b := balanced(t, first.URL, second.URL)
	first.Close()
	for range 4 {
		if status := post(t, b); status != http.StatusCreated {
			t.Errorf("answered %d", status)
		}
	}
}

func TestARequestThatMayHaveArrivedIsNotSentTwice(t *testing.T) {
	var arrived atomic.Int64
	cutting := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			arrived.Add(1)
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(cutting.Close)
	b := balanced(t, cutting.URL, cutting.URL)
	if status := post(t, b); status != http.StatusBadGateway || arrived.Load() != 1 {
		t.Errorf("answered %d after %d arrivals", status, arrived.Load())
	}
}
