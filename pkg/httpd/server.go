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
	"time"
)

const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 75 * time.Second
	maxHeaderBytes    = 16 << 10
	drainWithin       = 4 * time.Second // what slow clients may cost when the server stops
)

// Server is a running HTTP server.
type Server struct {
	http     http.Server
	listener net.Listener
	done     chan struct{}
	err      atomic.Pointer[error]
}

// Start listens on addr (port 0: a free one) and serves handler.
func Start(addr string, handler http.Handler, log *slog.Logger) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("httpd: %w", err)
	}
	s := &Server{
		http: http.Server{
			Handler:           headAsGet(handler),
			ReadHeaderTimeout: readHeaderTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeaderBytes,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients that hang up
		},
		listener: listener,
		done:     make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.err.Store(&err)
		}
	}()
	return s, nil
}

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
