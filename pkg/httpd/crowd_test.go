package httpd_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/httpd"
)

// hello is a server that answers every request, having read its body.
func hello(t *testing.T, limits httpd.Limits) (*httpd.Server, *http.Client) {
	t.Helper()
	s, err := httpd.StartLimited("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, "hello")
	}), slog.New(slog.DiscardHandler), limits)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s, client
}

func dial(t *testing.T, s *httpd.Server) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// latency is the 95th percentile of n requests, each on a connection of its own.
func latency(t *testing.T, s *httpd.Server, n int) time.Duration {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	took := make([]time.Duration, n)
	for i := range took {
		begun := time.Now()
		resp, err := client.Post(s.URL(), "text/plain", strings.NewReader("a few words"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("status %d", resp.StatusCode)
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[n*95/100]
}

// closedWithin says whether the server ends a connection in time, whatever it
// answers before.
func closedWithin(conn net.Conn, limit time.Duration) bool {
	_ = conn.SetReadDeadline(time.Now().Add(limit))
	_, err := io.Copy(io.Discard, conn)
	failed, isNet := errors.AsType[net.Error](err)
	return !isNet || !failed.Timeout()
}

func TestThoseWhoDripAreCutOffAndNobodyWaitsForThem(t *testing.T) {
	limits := httpd.Limits{ReadHeader: 2 * time.Second, Read: 3 * time.Second}
	s, _ := hello(t, limits)
	alone := latency(t, s, 200)
	const each = 300
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var conns []net.Conn
	var dripping sync.WaitGroup
	for i := range 2 * each {
		conn := dial(t, s)
		conns = append(conns, conn)
		begin := "POST / HTTP/1.1\r\nHost: x\r\n"
		if i%2 == 0 { // the header is there, the body drips
			begin += "Content-Length: 1000000\r\n\r\n"
		}
		_, _ = io.WriteString(conn, begin)
		dripping.Go(func() {
			tick := time.NewTicker(200 * time.Millisecond)
			defer tick.Stop()
			for ctx.Err() == nil {
				if _, err := io.WriteString(conn, "a"); err != nil {
					return
				}
				<-tick.C
			}
		})
	}
	beside := latency(t, s, 200)
	t.Logf("p95 alone %v, beside %d slow clients %v", alone, 2*each, beside)
	if beside > 5*alone+20*time.Millisecond {
		t.Errorf("others wait: %v instead of %v", beside, alone)
	}
	deadline := time.Now().Add(limits.Read + 2*time.Second)
	for i, conn := range conns {
		if !closedWithin(conn, time.Until(deadline)) {
			t.Fatalf("connection %d is still open", i)
		}
	}
	cancel()
	for _, conn := range conns {
		_ = conn.Close()
	}
	dripping.Wait()
}

// allowFiles raises what this process may open at once, and says to how much.
func allowFiles(t *testing.T, want uint64) uint64 {
	t.Helper()
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	if files.Cur >= want {
		return files.Cur
	}
	if files.Max < want { // only the administrator may
		raised := syscall.Rlimit{Cur: want, Max: want}
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) == nil {
			return want
		}
	}
	files.Cur = min(want, files.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	return files.Cur
}

// Both ends of each connection are files of this process. Where it may not
// have 10,000 connections it holds as many as it may.
func TestTenThousandIdleConnectionsLockNobodyOut(t *testing.T) {
	idle := min(10_000, int(allowFiles(t, 19_000)-500)*5/9)
	limit := idle * 8 / 10
	s, client := hello(t, httpd.Limits{Connections: limit, ReadHeader: time.Minute, Idle: time.Minute})
	alone := latency(t, s, 100)
	before := inUse()
	conns := make([]net.Conn, idle)
	for i := range conns {
		conns[i] = dial(t, s)
		if i%2 == 0 { // half of them after a request, half without one
			_, _ = io.WriteString(conns[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			resp, err := http.ReadResponse(bufio.NewReader(conns[i]), nil)
			if err != nil {
				t.Fatalf("connection %d of %d: %v", i, idle, err)
			}
			_ = resp.Body.Close()
		}
	}
	defer func() {
		for _, conn := range conns {
			_ = conn.Close()
		}
	}()
	beside := latency(t, s, 100)
	each := (inUse() - before) / uint64(limit)
	t.Logf("%d idle connections, at most %d kept: %d bytes each with the client's end; p95 alone %v, beside them %v", idle, limit, each, alone, beside)
	if each > 64<<10 {
		t.Errorf("an idle connection costs %d bytes", each)
	}
	if beside > 5*alone+20*time.Millisecond {
		t.Errorf("others wait: %v instead of %v", beside, alone)
	}
	if !closedWithin(conns[0], 5*time.Second) {
		t.Error("the longest idle is still open")
	}
	if last := conns[idle-1]; closedWithin(last, 50*time.Millisecond) {
		t.Error("the last to come was closed")
	}
	resp, err := client.Get(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

// inUse is memory that is not free, stacks included, in bytes.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestWhoHasSentAWholeRequestIsNotCutOff(t *testing.T) {
	begun, release := make(chan struct{}, 1), make(chan struct{})
	s, err := httpd.StartLimited("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/slow" {
			begun <- struct{}{}
			<-release
		}
		_, _ = io.WriteString(w, "done")
	}), slog.New(slog.DiscardHandler), httpd.Limits{Connections: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close(context.Background()) }()
	working := dial(t, s)
	defer func() { _ = working.Close() }()
	_, _ = io.WriteString(working, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")
	<-begun
	for range 20 {
		conn := dial(t, s)
		defer func() { _ = conn.Close() }()
	}
	latency(t, s, 5)
	close(release)
	answer, err := io.ReadAll(working)
	if err != nil || !strings.HasSuffix(string(answer), "done") {
		t.Errorf("%q, %v", answer, err)
	}
}
