// Package httpd is what the services' HTTP sides share: a server with limits
// that a test can boot on a free port, a gin engine without surprises, health
// endpoints, and RFC 9457 problem details.
package httpd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"
)

// drainWithin is what slow clients may cost when the server stops.
const drainWithin = 4 * time.Second

// Limits of a server. Zero values mean the defaults.
type Limits struct {
	ReadHeader  time.Duration // until a request's header is there; default 5 s
	Read        time.Duration // until its body is there; default 30 s
	Write       time.Duration // until the answer is taken; default 30 s
	Idle        time.Duration // between two requests; default 75 s
	Connections int           // open at once; default 8192, or half of the files that the process may open
}

const (
	maxHeaderBytes = 16 << 10
	maxConnections = 8192
)

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&l.ReadHeader, 5 * time.Second}, {&l.Read, 30 * time.Second}, {&l.Write, 30 * time.Second}, {&l.Idle, 75 * time.Second}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if l.Connections == 0 {
		l.Connections = maxConnections
		var files syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err == nil {
			l.Connections = int(min(files.Cur/2, maxConnections))
		}
	}
	return l
}

// Server is a running HTTP server.
type Server struct {
	http     http.Server
	crowd    *crowd
	listener net.Listener
	closing  atomic.Bool
	done     chan struct{}
	err      atomic.Pointer[error]
}

// Start listens on addr (port 0: a free one) and serves handler, within the
// default limits.
func Start(addr string, handler http.Handler, log *slog.Logger) (*Server, error) {
	return StartLimited(addr, handler, log, Limits{})
}

// StartLimited is Start within limits of one's own.
func StartLimited(addr string, handler http.Handler, log *slog.Logger, limits Limits) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("httpd: %w", err)
	}
	limits = limits.withDefaults()
	s := &Server{crowd: newCrowd(limits.Connections), listener: listener, done: make(chan struct{})}
	s.http = http.Server{
		Handler:           s.sayClosing(s.crowd.follow(lengthRequired(headAsGet(handler)))),
		ReadHeaderTimeout: limits.ReadHeader,
		ReadTimeout:       limits.Read,
		WriteTimeout:      limits.Write,
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients that hang up
		ConnState:         s.crowd.changed,
		ConnContext:       withConnection,
	}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.err.Store(&err)
		}
	}()
	return s, nil
}

// lengthRequired refuses bodies in chunks. Browsers and programs that send a
// form or a JSON value know its length; where a request says two lengths, a
// proxy may believe one and we the other, and a second request would hide in
// the difference.
// Source: RFC 9112, sections 6.1 and 11.2.
func lengthRequired(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
			http.Error(w, "Length Required: send Content-Length, not Transfer-Encoding", http.StatusLengthRequired)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sayClosing has clients take their next request elsewhere once the server is
// about to stop.
func (s *Server) sayClosing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.closing.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// Closing announces that the server will be closed: it goes on serving, and
// every answer ends its connection.
func (s *Server) Closing() { s.closing.Store(true) }

// headAsGet answers HEAD as GET: the server leaves the body out by itself.
// Monitors and load balancers ask so.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := *r
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}

// URL is where the server is reached from this machine.
func (s *Server) URL() string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	host, _, _ := net.SplitHostPort(s.listener.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Done is closed when the server has stopped, asked to or not.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says why the server stopped without being asked to.
func (s *Server) Err() error {
	if err := s.err.Load(); err != nil {
		return *err
	}
	return nil
}

// OnShutdown registers what ends requests that would not end by themselves.
// It must be called before Close.
func (s *Server) OnShutdown(f func()) { s.http.RegisterOnShutdown(f) }

// Close stops accepting, waits for running requests until ctx ends or 4 s have
// passed, and cuts off the rest, which is no error: one client that is slow on
// purpose must not take the time that others need to stop in order.
func (s *Server) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.done
	return err
}
