// Package program is the shape that all programs of the portal share: how
// they read their configuration, connect, run until they are told to stop,
// and stop in order.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopWithin is how long a program takes at most to stop in order.
const stopWithin = 9 * time.Second

// Main runs a program under a context that ends with an interrupt or a
// termination signal, and ends the process. A second signal kills it.
func Main(run func(ctx context.Context, args []string, stdout io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop()
	}()
	go TuneGC(ctx)
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		status := 1
		if exit := (Exit{}); errors.As(err, &exit) {
			status, err = exit.Status, exit.Err
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
		}
		os.Exit(status)
	}
}

// Exit ends a program with a status of its own: what Main makes of other
// errors is 1. Without Err the program has said already what there is to say.
type Exit struct {
	Status int
	Err    error
}

func (e Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e Exit) Unwrap() error { return e.Err }

// NewLog makes the program's logger: text for people, JSON for machines.
func NewLog(w io.Writer, format string, level slog.Level) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// Part is something that runs, may stop by itself, and can be closed.
type Part interface {
	Done() <-chan struct{}
	Err() error
	Close(ctx context.Context) error
}

// Stack closes what a program has opened, the last opened first.
type Stack struct {
	// Linger is how long the parts go on serving after they have become
	// unready: as long as a load balancer takes to notice.
	Linger time.Duration

	parts  []Part
	closes []func(context.Context) error
}

// Push adds how to close something.
func (s *Stack) Push(close func(context.Context) error) { s.closes = append(s.closes, close) }

// Start adds a running part.
func (s *Stack) Start(p Part) {
	s.parts = append(s.parts, p)
	s.Push(p.Close)
}

// Wait returns when ctx ends and the parts have lingered, or with the reason
// when a part stops by itself.
func (s *Stack) Wait(ctx context.Context) error {
	failed := make(chan error, len(s.parts))
	for _, p := range s.parts {
		go func() {
			select {
			case <-p.Done():
				failed <- fmt.Errorf("a service stopped: %w", p.Err())
			case <-ctx.Done():
			}
		}()
	}
	select {
	case <-ctx.Done():
		s.linger()
		return nil
	case err := <-failed:
		return err
	}
}

// linger makes the parts unready and lets them serve on for a while.
func (s *Stack) linger() {
	if s.Linger == 0 {
		return
	}
	for _, p := range s.parts {
		if p, ok := p.(interface{ Closing() }); ok {
			p.Closing()
		}
	}
	<-time.After(s.Linger)
}

// Close closes everything in order, within a bounded time, even though the
// program's context has ended.
func (s *Stack) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	var errs []error
	for i := len(s.closes) - 1; i >= 0; i-- {
		errs = append(errs, s.closes[i](ctx))
	}
	s.closes = nil
	return errors.Join(errs...)
}
