package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// answerLimit is the most that is read of one answer, in bytes.
const answerLimit = 4 << 20

// Client speaks to one portal. It is safe for concurrent use.
type Client struct {
	base  string
	http  *http.Client
	retry Retry
}

// New makes a client of the portal at base, such as http://127.0.0.1:8080.
func New(base string, h *http.Client, retry Retry) *Client {
	return &Client{base: strings.TrimRight(base, "/"), http: h, retry: retry}
}

// NewTransport returns a transport that keeps up to n connections alive.
func NewTransport(n int) *http.Transport {
	return &http.Transport{
		MaxConnsPerHost:     n,
		MaxIdleConns:        n,
		MaxIdleConnsPerHost: n,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}
}

// NewKey makes an Idempotency-Key that nobody has used before.
func NewKey() string { return rand.Text() }

// RefusedError is an answer that repeating will not change.
type RefusedError struct {
	Status int
	What   string // the request
	Body   string // the problem, as far as it could be read
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s: %d %s: %s", e.What, e.Status, http.StatusText(e.Status), e.Body)
}

// Send sends a report under an idempotency key, repeating it until it is
// known to be accepted. It returns a *RefusedError if the portal will not
// have it, and ErrGaveUp if it did not answer.
func (c *Client) Send(ctx context.Context, key string, r Report) (Accepted, error) {
	var a Accepted
	if err := c.do(ctx, http.MethodPost, "/api/v1/reports", key, r, http.StatusCreated, &a); err != nil {
		return Accepted{}, err
	}
	if a.CaseNumber == "" || a.Receipt == "" {
		return Accepted{}, errors.New("report accepted without a case number or a receipt")
	}
	return a, nil
}

// Track reads what the receipt shows; errors as of Send.
func (c *Client) Track(ctx context.Context, receipt string) (Tracked, error) {
	var t Tracked
	body := map[string]string{"receipt": receipt}
	err := c.do(ctx, http.MethodPost, "/api/v1/track", "", body, http.StatusOK, &t)
	return t, err
}

// Lists reads the categories, units, districts and communes; errors as of Send.
func (c *Client) Lists(ctx context.Context) (Lists, error) {
	var categories struct {
		Categories []Category `json:"categories"`
	}
	if err := c.do(ctx, http.MethodGet, "/api/v1/categories", "", nil, http.StatusOK, &categories); err != nil {
		return Lists{}, err
	}
	var places struct {
		Units     []ListedUnit `json:"units"`
		Districts []District   `json:"districts"`
		Communes  []Commune    `json:"communes"`
	}
	if err := c.do(ctx, http.MethodGet, "/api/v1/jurisdiction", "", nil, http.StatusOK, &places); err != nil {
		return Lists{}, err
	}
	l := Lists{categories.Categories, places.Units, places.Districts, places.Communes}
	if len(l.Categories) == 0 || len(l.Districts) == 0 || len(l.Communes) == 0 {
		return Lists{}, fmt.Errorf("the portal lists %d categories, %d districts and %d communes", len(l.Categories), len(l.Districts), len(l.Communes))
	}
	return l, nil
}

// do sends one request until it is answered for good.
func (c *Client) do(ctx context.Context, method, path, key string, body any, want int, into any) error {
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode %s: %w", path, err)
		}
	}
	return c.retry.run(ctx, method+" "+path, func(ctx context.Context) attempt {
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(payload))
		if err != nil {
			return attempt{err: err}
		}
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
		resp, err := c.http.Do(req)
		if err != nil {
			return attempt{err: err, again: true}
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
		switch {
		case err != nil:
			return attempt{err: err, again: true}
		case resp.StatusCode == want:
			return attempt{err: json.Unmarshal(b, into)}
		}
		return attempt{
			err:   &RefusedError{resp.StatusCode, method + " " + path, describe(b)},
			again: passing(resp.StatusCode),
			after: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
		}
	})
}

// describe words a problem+json body in one line.
func describe(body []byte) string {
	var p problem
	if json.Unmarshal(body, &p) != nil || p.Title == "" {
		return strings.ToValidUTF8(string(body[:min(len(body), 500)]), "?")
	}
	line := strings.TrimSpace(p.Title + " " + p.Detail)
	for _, e := range p.Errors {
		line += fmt.Sprintf("; %s: %s (%s)", e.Field, e.Message, e.Code)
	}
	return line
}
