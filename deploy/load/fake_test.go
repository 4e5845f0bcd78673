package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/stories"
)

// fake is a small portal: the public API and the desk's on one address. The
// district is the first three characters of a commune's code.
type fake struct {
	URL string

	refuse bool // answer 422 to reports
	busy   int  // answer 503 to so many reports, then take them
	stuck  bool // route nothing
	silent bool // the desk's stream stays empty

	mu       sync.Mutex
	byKey    map[string]string // idempotency key: case number
	units    map[string]string // case number: unit
	newest   []string          // case numbers of unit 883
	reports  []api.Report
	watchers map[chan string]bool
	logouts  int
}

func startFake(t *testing.T, f *fake) *fake {
	t.Helper()
	f.byKey, f.units, f.watchers = map[string]string{}, map[string]string{}, map[chan string]bool{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/categories", f.categories)
	mux.HandleFunc("GET /api/v1/jurisdiction", f.jurisdiction)
	mux.HandleFunc("POST /api/v1/reports", f.accept)
	mux.HandleFunc("POST /api/v1/track", f.track)
	mux.HandleFunc("POST /api/v1/session", f.logIn)
	mux.HandleFunc("DELETE /api/v1/session", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.logouts++
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /api/v1/queue", f.queue)
	mux.HandleFunc("GET /api/v1/events", f.events)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	f.URL = s.URL
	return f
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

type object map[string]any

func (f *fake) categories(w http.ResponseWriter, _ *http.Request) {
	library, err := stories.Load()
	if err != nil {
		panic(err)
	}
	var out []object
	for _, code := range library.Categories() {
		out = append(out, object{"code": code, "name": object{"vi": "Loại " + code, "en": code}})
	}
	write(w, http.StatusOK, object{"categories": out})
}

func (f *fake) jurisdiction(w http.ResponseWriter, _ *http.Request) {
	units := []object{{"code": "89-TB", "kind": "duty_desk", "name": object{"vi": "Trực ban"}}}
	var districts, communes []object
	for n := 883; n < 894; n++ {
		code := fmt.Sprint(n)
		name := object{"vi": "Huyện " + code, "en": code + " District"}
		units = append(units, object{"code": code, "kind": "district", "name": object{"vi": "Công an huyện " + code}})
		districts = append(districts, object{"code": code, "name": name, "unit": code})
		for c := range 5 {
			communes = append(communes, object{"code": fmt.Sprintf("%s0%d", code, c), "district": code, "name": object{"vi": fmt.Sprintf("Xã %d", c)}})
		}
	}
	write(w, http.StatusOK, object{"units": units, "districts": districts, "communes": communes})
}

func (f *fake) accept(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var report api.Report
	body, _ := io.ReadAll(r.Body)
	key := r.Header.Get("Idempotency-Key")
	err := json.Unmarshal(body, &report)
	switch n := utf8.RuneCountInString(report.Narrative); {
	case f.busy > 0:
		f.busy--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case f.refuse, err != nil, n < 10, n > 5000, len(key) < 16, len(key) > 64:
		write(w, http.StatusUnprocessableEntity, object{"title": "Not valid", "errors": []object{{"field": "narrative", "code": "min", "message": "too short"}}})
		return
	}
	number, known := f.byKey[key]
	if !known {
		number = fmt.Sprintf("AG-%04d", len(f.byKey))
		f.byKey[key] = number
		f.reports = append(f.reports, report)
		f.route(number, unitOf(report))
	}
	write(w, http.StatusCreated, object{"case_number": number, "receipt": "R" + number, "received_at": received(), "unit": object{"code": unitOf(report)}})
}

// unitOf says who gets a report: complaints about the police do not go to
// those complained about.
func unitOf(r api.Report) string {
	switch p := r.Place; {
	case r.Category == "police_conduct":
		return "89-TB"
	case p.Commune != "":
		return p.Commune[:3]
	case p.District != "":
		return p.District
	}
	return "89-TB"
}

// route puts the case into a queue; the lock is held.
func (f *fake) route(number, unit string) {
	if f.stuck {
		return
	}
	f.units[number] = unit
	if unit == "883" {
		f.newest = append([]string{number}, f.newest...)
		for c := range f.watchers {
			c <- number
		}
	}
}

func received() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

func (f *fake) track(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var body struct {
		Receipt string `json:"receipt"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	out := object{"case_number": body.Receipt[1:], "status": "received", "unit": nil, "received_at": received()}
	if unit := f.units[body.Receipt[1:]]; unit != "" {
		out["status"], out["unit"] = "routed", object{"code": unit, "name": "Công an " + unit}
		out["timeline"] = []object{{"type": "received", "at": received()}, {"type": "routed", "at": received().Add(12 * time.Millisecond)}}
	}
	write(w, http.StatusOK, out)
}

func (f *fake) logIn(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	if body.Username != "longxuyen" || body.Password != "correct" {
		write(w, http.StatusUnauthorized, object{"code": "bad_credentials"})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: "s", Secure: true})
	write(w, http.StatusOK, object{"username": "longxuyen", "unit": "883"})
}

func (f *fake) loggedIn(w http.ResponseWriter, r *http.Request) bool {
	if _, err := r.Cookie("session"); err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return false
	}
	return true
}

func (f *fake) queue(w http.ResponseWriter, r *http.Request) {
	if !f.loggedIn(w, r) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	out := []object{}
	for _, number := range f.newest[:min(50, len(f.newest))] {
		out = append(out, object{"case_number": number})
	}
	write(w, http.StatusOK, object{"cases": out, "next": nil})
}

func (f *fake) events(w http.ResponseWriter, r *http.Request) {
	if !f.loggedIn(w, r) {
		return
	}
	c := make(chan string, 1000)
	f.mu.Lock()
	f.watchers[c] = true
	f.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": here\n\n")
	w.(http.Flusher).Flush()
	for {
		select {
		case number := <-c:
			if !f.silent {
				fmt.Fprintf(w, "event: case\ndata: {\"case_number\":%q,\ndata: \"state\":\"routed\"}\n\n", number)
				w.(http.Flusher).Flush()
			}
		case <-r.Context().Done():
			return
		}
	}
}
