package push

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder answers as it is told to and remembers the keys that it was sent.
type recorder struct {
	answer func(n int, w http.ResponseWriter)
	mu     sync.Mutex
	keys   map[string]int
	n      int
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	key := req.Header.Get("Idempotency-Key")
	if key == "" {
		key, _, _ = strings.Cut(strings.TrimPrefix(string(body), `{"key":"`), `"`)
	}
	r.mu.Lock()
	r.keys[key]++
	r.n++
	n := r.n
	r.mu.Unlock()
	r.answer(n, w)
}

func pushTo(t *testing.T, r *recorder, target Target) Result {
	t.Helper()
	r.keys = map[string]int{}
	s := httptest.NewServer(r)
	defer s.Close()
	target.URL, target.Status, target.Mark = s.URL, http.StatusCreated, []byte(`"id"`)
	got, err := Run(t.Context(), target, Load{Connections: 3, Warmup: 20 * time.Millisecond, Measured: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for key, n := range r.keys {
		if len(key) != KeyLength || n != 1 {
			t.Errorf("key %q was sent %d times", key, n)
		}
	}
	return got
}

func good(_ int, w http.ResponseWriter) {
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"1"}`)
}

func TestEveryRecordHasAKeyOfItsOwnAndEveryAnswerIsCounted(t *testing.T) {
	body := `{"key":"` + strings.Repeat("-", KeyLength) + `","x":1}`
	for name, target := range map[string]Target{
		"in the header": {Bodies: [][]byte{[]byte(`{}`)}, Header: "Idempotency-Key"},
		"in the body":   {Bodies: [][]byte{[]byte(body)}, KeyAt: len(`{"key":"`)},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{answer: good}
			got := pushTo(t, r, target)
			if got.Answers != len(r.keys) || got.Answers == 0 || len(got.Errors) != 0 || got.P99 < got.P50 || got.P50 == 0 || got.PerSecond <= 0 {
				t.Errorf("%d keys came: %+v", len(r.keys), got)
			}
		})
	}
}

func TestBadAnswersAreCountedAndAreNoRequestsPerSecond(t *testing.T) {
	r := &recorder{answer: func(n int, w http.ResponseWriter) {
		switch n % 3 {
		case 0:
			good(n, w)
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusCreated) // without an ID
		}
	}}
	got := pushTo(t, r, Target{Bodies: [][]byte{[]byte(`{}`)}, Header: "Idempotency-Key"})
	if got.Answers+got.Errors["503"]+got.Errors["no ID"] != r.n || got.Errors["503"] == 0 || got.Errors["no ID"] == 0 {
		t.Errorf("%d came: %+v", r.n, got)
	}
}
