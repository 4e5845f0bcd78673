package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// answerLimit is the most that is read of one answer, in bytes.
const answerLimit = 4 << 20

// line is a connection to the portal on which every answer is understood the
// same way.
type line struct {
	http    *http.Client
	timeout time.Duration
}

func newLine(transport http.RoundTripper, timeout time.Duration) line {
	return line{http: &http.Client{Transport: transport}, timeout: timeout}
}

// answer is what came back. Without an answer the reply's status is 0.
type answer struct {
	history.Reply
	body    []byte
	cookies []*http.Cookie
}

// send sends one request and waits for its answer even if ctx ends meanwhile:
// what is under way must not become unknown only because the run is over.
func (l line) send(ctx context.Context, method, url string, header http.Header, body []byte) answer {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return answer{Reply: history.Reply{Lost: "malformed"}}
	}
	// Without it the transport would repeat by itself what carries an
	// Idempotency-Key, and the history would not know.
	req.GetBody = nil
	for name, values := range header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return answer{Reply: history.Reply{Lost: lost(err)}}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil { // half an answer is none
		return answer{Reply: history.Reply{Lost: lost(err)}}
	}
	a := answer{body: raw, cookies: resp.Cookies()}
	a.Status, a.RetryAfter = resp.StatusCode, resp.Header.Get("Retry-After")
	if resp.StatusCode >= 400 {
		var problem struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(raw, &problem) // a proxy's page has no code
		a.Code = problem.Code
	}
	return a
}

// lost says in a word why there is no answer.
func lost(err error) string {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "time-out"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	}
	return "cut"
}

// decoded reads a body of a kind that is expected; one that cannot be read
// becomes an answer of the code "unreadable", which no check allows.
func decoded[T any](a *answer) *T {
	v := new(T)
	if err := json.Unmarshal(a.body, v); err != nil {
		a.Code = "unreadable"
		return nil
	}
	return v
}

// passing says that asking the same again may go better.
func passing(status int) bool {
	return status == 0 || status >= 500 || status == http.StatusConflict || status == http.StatusTooManyRequests
}

// backoff is a wait that grows, never shorter than what is asked for and never
// longer than the longest.
type backoff struct{ next, longest time.Duration }

func newBackoff(longest time.Duration) backoff {
	return backoff{next: 100 * time.Millisecond, longest: longest}
}

// wait sleeps, or returns false if ctx ends first. share, 0 to 1, spreads
// those who failed together.
func (b *backoff) wait(ctx context.Context, retryAfter string, share float64) bool {
	d := b.next/2 + time.Duration(share*float64(b.next/2))
	if seconds, err := strconv.Atoi(strings.TrimSpace(retryAfter)); err == nil {
		d = max(d, time.Duration(seconds)*time.Second)
	}
	b.next = min(b.next*2, b.longest)
	return sleep(ctx, min(d, b.longest))
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
