package api

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// ErrGaveUp says that every attempt at a request failed for a reason that
// might have passed. Whether the portal took it is unknown.
var ErrGaveUp = errors.New("gave up")

// Retry says how often and how patiently a request is repeated. Only requests
// that may safely be repeated are sent through it.
type Retry struct {
	Attempts int           // in all, at least 1
	Timeout  time.Duration // of one attempt
	First    time.Duration // wait before the second attempt; doubles from then on
	Longest  time.Duration // no wait is longer, whatever Retry-After asks for

	// Wait sleeps; nil means for real. Tests put a clock of their own here.
	Wait func(ctx context.Context, d time.Duration) error
}

// Patient is the Retry of a client that would rather wait than lose a report:
// it bears with a portal that is away for about a minute.
func Patient() Retry {
	return Retry{Attempts: 12, Timeout: 10 * time.Second, First: 100 * time.Millisecond, Longest: 10 * time.Second}
}

// Once is the Retry that does not retry.
func Once() Retry { return Retry{Attempts: 1, Timeout: 10 * time.Second} }

// attempt is how one attempt went.
type attempt struct {
	err   error
	again bool          // it may go better next time
	after time.Duration // the portal asked to wait that long
}

func (r Retry) run(ctx context.Context, what string, try func(context.Context) attempt) error {
	wait := r.Wait
	if wait == nil {
		wait = sleep
	}
	backoff := r.First
	for n := 1; ; n++ {
		limited, cancel := context.WithTimeout(ctx, r.Timeout)
		a := try(limited)
		cancel()
		switch {
		case a.err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", what, ctx.Err())
		case !a.again:
			return a.err
		case n >= r.Attempts:
			return fmt.Errorf("%s: %w after %d attempts: %w", what, ErrGaveUp, n, a.err)
		}
		// Half of the wait is left to chance, so that clients which failed
		// together do not come back together.
		d := backoff/2 + rand.N(backoff/2+1)
		if err := wait(ctx, min(max(d, a.after), r.Longest)); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		backoff = min(2*backoff, r.Longest)
	}
}

// passing says that a status speaks of the moment, not of the request.
func passing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter reads the header, seconds or an HTTP date (RFC 9110, 10.2.3);
// 0 if there is nothing to wait for.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return max(0, time.Duration(min(seconds, 3600))*time.Second)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
