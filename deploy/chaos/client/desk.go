package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// Desk is a session at one desk. It keeps no history: it is for looking at
// what is there, not for acting.
type Desk struct {
	base    string
	line    line
	session http.Header
}

// deskTimeout bounds one request of a Desk.
const deskTimeout = 30 * time.Second

// LogIn begins a session at the desk with a base URL. It does not repeat what
// fails.
func LogIn(ctx context.Context, base string, transport http.RoundTripper, who Account) (*Desk, error) {
	if transport == nil {
		transport = plainTransport()
	}
	d := &Desk{base: base, line: newLine(transport, deskTimeout)}
	a := logIn(ctx, d.line, base, who)
	if a.Status != http.StatusOK {
		return nil, fmt.Errorf("log in at %s: %s", base, describe(a.Reply))
	}
	d.session = sessionOf(a)
	return d, nil
}

// logIn is one attempt at beginning a session.
func logIn(ctx context.Context, l line, base string, who Account) answer {
	body := mustJSON(map[string]string{"username": who.Username, "password": who.Password})
	return l.send(ctx, http.MethodPost, base+"/api/v1/session", nil, body)
}

// sessionOf is the header that shows the session which an answer began.
func sessionOf(a answer) http.Header {
	h := http.Header{}
	for _, c := range a.cookies {
		h.Add("Cookie", c.Name+"="+c.Value)
	}
	return h
}

// Rows reads all cases that the account sees, open and resolved.
func (d *Desk) Rows(ctx context.Context) ([]Row, error) {
	var all []Row
	for _, state := range []string{"open", "resolved"} {
		cursor := ""
		for {
			query := url.Values{"state": {state}, "order": {"oldest"}, "limit": {"200"}, "cursor": {cursor}}
			p, err := read[page](ctx, d, "/api/v1/queue?"+query.Encode())
			if err != nil {
				return nil, err
			}
			all = append(all, p.Cases...)
			if p.Next == nil {
				break
			}
			cursor = *p.Next
		}
	}
	return all, nil
}

// Census is what a desk says of its board as a whole.
type Census struct {
	Damaged   int    `json:"damaged"` // cases with an entry that cannot be read
	Gaps      int    `json:"gaps"`    // reports of which entries are known to be missing
	Digest    string `json:"digest"`  // the same for boards that hold the same
	Rebuilt   bool   `json:"rebuilt"`
	Following bool   `json:"following"`
}

// Census reads what the desk says of its board.
func (d *Desk) Census(ctx context.Context) (Census, error) {
	c, err := read[Census](ctx, d, "/api/v1/board")
	if err != nil {
		return Census{}, err
	}
	if c.Digest == "" {
		return Census{}, fmt.Errorf("the board of %s has no digest", d.base)
	}
	return *c, nil
}

func read[T any](ctx context.Context, d *Desk, path string) (*T, error) {
	a := d.line.send(ctx, http.MethodGet, d.base+path, d.session, nil)
	if a.Status == http.StatusOK {
		if v := decoded[T](&a); v != nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("read %s%s: %s", d.base, path, describe(a.Reply))
}

func describe(r history.Reply) string { return fmt.Sprintf("%d %s%s", r.Status, r.Code, r.Lost) }
