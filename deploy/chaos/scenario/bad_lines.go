package scenario

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
)

// badShare is the share of requests that a bad line drops or cuts.
const badShare = 0.3

// badLine is a bad network between a resident and the portal. It loses the
// request, cuts it in the middle, or loses the answer.
type badLine struct {
	mu   sync.Mutex
	rand *rand.Rand
	next http.RoundTripper

	harmed, sent int
}

var errLine = errors.New("the line is bad")

// RoundTrip sends a request, or most of it, or not at all.
func (l *badLine) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	bad, how, share := l.rand.Float64() < badShare, l.rand.IntN(4), l.rand.Float64()
	l.sent++
	if bad {
		l.harmed++
	}
	l.mu.Unlock()
	if !bad {
		return l.next.RoundTrip(r)
	}
	if how == 0 { // it never leaves
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, errLine
	}
	if how == 1 && r.Body != nil { // half of it arrives
		cut := r.Clone(r.Context())
		cut.Body = &cutBody{r.Body, int64(share * float64(max(1, r.ContentLength)))}
		cut.GetBody = nil
		r = cut
	}
	resp, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if how == 3 { // half of the answer arrives
		resp.Body = &cutBody{resp.Body, int64(share * float64(max(1, resp.ContentLength)))}
		return resp, nil
	}
	_ = resp.Body.Close() // it arrived, and the answer is lost
	return nil, errLine
}

// cutBody ends with an error after some bytes.
type cutBody struct {
	io.ReadCloser
	left int64
}

// Read reads until the line is cut.
func (b *cutBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLine
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// badLines: a third of what residents send never arrives whole, or its answer
// does not; and the links between services and stores cut connections too.
func badLines(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	line := &badLine{rand: s.Random(name, "line"), next: &http.Transport{MaxIdleConnsPerHost: 64}}
	for _, l := range t.Fleet.Links {
		if err := l.CutInTheMiddle(0.3, 50_000); err != nil {
			return t, err
		}
	}
	reports := pick(s, 1000, 200)
	err = t.Residents("all", func(c *client.Config) {
		c.Count, c.Rate, c.Concurrency, c.Transport = reports, pick(s, 30.0, 20.0), 64, line
	}).Run(ctx)
	for _, l := range t.Fleet.Links {
		err = errors.Join(err, l.Heal())
	}
	if err != nil {
		return t, err
	}
	t.Measure("requests dropped or cut", "%d of %d", line.harmed, line.sent)
	return t, t.Check(ctx, check.Bounds{}, 60*time.Second)
}
