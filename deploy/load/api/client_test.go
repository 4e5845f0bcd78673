package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// recorded is a Retry that notes its waits instead of sleeping.
func recorded(waits *[]time.Duration) Retry {
	r := Patient()
	r.Wait = func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
	return r
}

func portal(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

const accepted = `{"case_number":"AG-0000-0000-0001","receipt":"00000-00000-00000-00001","received_at":"2026-11-23T15:10:00Z"}`

func TestRepeatsUnderTheSameKeyAndHonoursRetryAfter(t *testing.T) {
	var keys []string
	s := portal(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) < 3 {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, accepted)
	})
	var waits []time.Duration
	a, err := New(s.URL, s.Client(), recorded(&waits)).Send(t.Context(), "k", Report{})
	if err != nil || a.CaseNumber != "AG-0000-0000-0001" {
		t.Fatalf("%+v, %v", a, err)
	}
	if len(keys) != 3 || keys[0] != "k" || keys[2] != "k" {
		t.Errorf("keys %q", keys)
	}
	if len(waits) != 2 || waits[0] != 2*time.Second || waits[1] != 2*time.Second {
		t.Errorf("waited %v", waits)
	}
}

func TestRepeatsAfterALostConnection(t *testing.T) {
	tries := 0
	s := portal(t, func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries == 1 {
			panic(http.ErrAbortHandler) // the answer is lost on the way
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, accepted)
	})
	var waits []time.Duration
	if _, err := New(s.URL, s.Client(), recorded(&waits)).Send(t.Context(), "k", Report{}); err != nil {
		t.Fatal(err)
	}
	if tries != 2 || len(waits) != 1 {
		t.Errorf("%d tries, waited %v", tries, waits)
	}
}

func TestDoesNotRepeatWhatIsRefused(t *testing.T) {
	tries := 0
	s := portal(t, func(w http.ResponseWriter, r *http.Request) {
		tries++
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"title":"Not valid","errors":[{"field":"narrative","code":"min","message":"too short"}]}`)
	})
	var waits []time.Duration
	_, err := New(s.URL, s.Client(), recorded(&waits)).Send(t.Context(), "k", Report{})
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Status != 422 || !strings.Contains(err.Error(), "narrative: too short (min)") {
		t.Fatalf("got %v", err)
	}
	if tries != 1 || len(waits) != 0 {
		t.Errorf("%d tries, waited %v", tries, waits)
	}
}

func TestGivesUpInTheEnd(t *testing.T) {
	s := portal(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	var waits []time.Duration
	retry := recorded(&waits)
	_, err := New(s.URL, s.Client(), retry).Send(t.Context(), "k", Report{})
	if !errors.Is(err, ErrGaveUp) || len(waits) != retry.Attempts-1 {
		t.Fatalf("%v after %d waits", err, len(waits))
	}
}

func TestStopsWaitingWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := portal(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
	})
	if _, err := New(s.URL, s.Client(), Patient()).Send(ctx, "k", Report{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestWaitsStayWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asked := time.Duration(rapid.IntRange(0, 100).Draw(t, "Retry-After")) * time.Second
		var waits []time.Duration
		r := recorded(&waits)
		r.Attempts = rapid.IntRange(1, 20).Draw(t, "attempts")
		err := r.run(t.Context(), "test", func(context.Context) attempt {
			return attempt{err: errors.New("away"), again: true, after: asked}
		})
		if !errors.Is(err, ErrGaveUp) || len(waits) != r.Attempts-1 {
			t.Fatalf("%v after %d waits", err, len(waits))
		}
		for n, d := range waits {
			if d > r.Longest || d < min(asked, r.Longest) || d < r.First/2 {
				t.Fatalf("wait %d is %v", n, d)
			}
		}
	})
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0,
		"Mon, 23 Nov 2026 15:00:05 GMT": 5 * time.Second,
		"Mon, 23 Nov 2026 14:00:00 GMT": 0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}
