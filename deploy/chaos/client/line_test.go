package client

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestHowAnswersGetLost(t *testing.T) {
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte("{"))
	}))
	defer half.Close()
	hung := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hung }))
	defer silent.Close()
	defer close(hung)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	l := newLine(plainTransport(), 100*time.Millisecond)
	for url, want := range map[string]string{half.URL: "cut", silent.URL: "time-out", gone.URL: "refused"} {
		a := l.send(t.Context(), http.MethodGet, url, nil, nil)
		if a.Status != 0 || a.Lost != want || !a.Unknown() {
			t.Errorf("%+v instead of %s", a.Reply, want)
		}
	}
}

func TestAnAnswerThatCannotBeReadSaysSo(t *testing.T) {
	a := answer{body: []byte("<html>")}
	if decoded[page](&a) != nil || a.Code != "unreadable" {
		t.Errorf("%+v", a)
	}
}

func TestRetryAfterIsHonouredWithinLimits(t *testing.T) {
	for _, c := range []struct {
		retryAfter     string
		longest        time.Duration
		atLeast, below time.Duration
	}{
		{"1", 2 * time.Second, time.Second, 2 * time.Second},
		{"3600", 50 * time.Millisecond, 50 * time.Millisecond, time.Second},
		{"", 50 * time.Millisecond, 50 * time.Millisecond, time.Second},
		{"soon", time.Second, 50 * time.Millisecond, time.Second},
	} {
		b, begun := newBackoff(c.longest), time.Now()
		b.wait(t.Context(), c.retryAfter, 0)
		if took := time.Since(begun); took < c.atLeast || took >= c.below {
			t.Errorf("Retry-After %q: waited %s", c.retryAfter, took)
		}
	}
}
