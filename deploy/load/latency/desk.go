package latency

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// desk is a logged-in session at the desk.
type desk struct {
	base    string
	http    *http.Client
	cookies []*http.Cookie
	unit    string
}

// logIn opens a session. The cookie is carried by hand: a jar would not send
// a secure one over the loopback's plain HTTP, as browsers do.
func logIn(ctx context.Context, h *http.Client, base, username, password string) (*desk, error) {
	d := &desk{base: strings.TrimRight(base, "/"), http: h}
	body, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	resp, err := d.do(ctx, http.MethodPost, "/api/v1/session", body)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	defer resp.Body.Close()
	var me struct {
		Unit string `json:"unit"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&me); err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	d.unit, d.cookies = me.Unit, resp.Cookies()
	if len(d.cookies) == 0 {
		return nil, errors.New("log in: the desk set no cookie")
	}
	return d, nil
}

// logOut ends the session; that it failed is of no interest here.
func (d *desk) logOut(ctx context.Context) {
	if resp, err := d.do(ctx, http.MethodDelete, "/api/v1/session", nil); err == nil {
		resp.Body.Close()
	}
}

// queueShows says whether the newest page of open cases has the case.
func (d *desk) queueShows(ctx context.Context, caseNumber string) (bool, error) {
	resp, err := d.do(ctx, http.MethodGet, "/api/v1/queue?state=open&order=newest&limit=50", nil)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	var page struct {
		Cases []struct {
			CaseNumber string `json:"case_number"`
		} `json:"cases"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return false, fmt.Errorf("read queue: %w", err)
	}
	for _, c := range page.Cases {
		if c.CaseNumber == caseNumber {
			return true, nil
		}
	}
	return false, nil
}

// events opens the stream of events; the caller closes the body.
func (d *desk) events(ctx context.Context) (io.ReadCloser, error) {
	resp, err := d.do(ctx, http.MethodGet, "/api/v1/events", nil)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// do sends a request; an answer other than 2xx is an error.
func (d *desk) do(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, d.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, c := range d.cookies {
		req.AddCookie(c)
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, b)
	}
	return resp, nil
}
