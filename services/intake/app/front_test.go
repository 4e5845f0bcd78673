package app_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// speak sends raw bytes, ends its side, and returns the first answer's status;
// 0 if there was none.
func (s *service) speak(t *testing.T, raw string) int {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestARequestThatIsNotAllThereStoresNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := filled("vi")
	form.Set("step", "send")
	page := form.Encode()
	head := func(path, kind, length string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nIdempotency-Key: %s\r\n%s\r\n\r\n", path, kind, key1, length)
	}
	const kind, formKind = "application/json", "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		raw  string
		want int
	}{
		"header cut":                  {head("/api/v1/reports", kind, "Content-Length: 9")[:60], http.StatusBadRequest},
		"no body":                     {head("/api/v1/reports", kind, fmt.Sprint("Content-Length: ", len(good))), http.StatusBadRequest},
		"body cut":                    {head("/api/v1/reports", kind, fmt.Sprint("Content-Length: ", len(good))) + good[:len(good)/2], http.StatusBadRequest},
		"whole JSON, more announced":  {head("/api/v1/reports", kind, fmt.Sprint("Content-Length: ", len(good)+1)) + good, http.StatusBadRequest},
		"more than is taken":          {head("/api/v1/reports", kind, "Content-Length: 1000000") + strings.Repeat(" ", 70_000), http.StatusRequestEntityTooLarge},
		"chunks cut":                  {head("/api/v1/reports", kind, "Transfer-Encoding: chunked") + "3\r\n{\"c", http.StatusLengthRequired},
		"form cut":                    {head("/gui-phan-anh", formKind, fmt.Sprint("Content-Length: ", len(page))) + page[:len(page)-3], http.StatusBadRequest},
		"whole form, more announced":  {head("/gui-phan-anh", formKind, fmt.Sprint("Content-Length: ", len(page)+1)) + page, http.StatusBadRequest},
		"less announced than is sent": {head("/api/v1/reports", kind, fmt.Sprint("Content-Length: ", len(good)-1)) + good, http.StatusBadRequest},
	} {
		if got := s.speak(t, tt.raw); got != tt.want {
			t.Errorf("%s: status %d instead of %d", name, got, tt.want)
		}
	}
	if found := s.stored(t); found.Reports != 0 {
		t.Errorf("%d reports are stored", found.Reports)
	}
	if logs := s.logs.String(); strings.Contains(logs, `"level":"ERROR"`) {
		t.Error("a client's fault is reported as ours: ", logs)
	}
	s.post(t, "/api/v1/reports", good, "Idempotency-Key", key1).expect(t, http.StatusCreated)
}

func TestAPackedBodyIsNeverUnpacked(t *testing.T) {
	t.Parallel()
	s := start(t)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 30 { // 30 MB in 30 KB
		_, _ = w.Write(make([]byte, 1<<20))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{
		"/api/v1/reports": "application/json", "/api/v1/track": "application/json", "/api/v1/track/messages": "application/json",
		"/gui-phan-anh": "application/x-www-form-urlencoded", "/en/track": "application/x-www-form-urlencoded",
	} {
		for _, encoding := range []string{"gzip", "deflate", "br", "identity, gzip"} {
			s.send(t, http.MethodPost, path, bomb.String(), "Content-Type", kind, "Content-Encoding", encoding, "Idempotency-Key", key1).
				expect(t, http.StatusUnsupportedMediaType)
		}
	}
}

func TestWhatCanBeReadInTwoWaysIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").body)
	for code, body := range map[string]string{
		"duplicate_name":    strings.Replace(good, `{`, `{"category":"other",`, 1),
		"not_json":          strings.Replace(good, "xe", "x\x00e", 1),
		"broken_text":       strings.Replace(good, "xe", "x\xffe", 1),
		"control_character": strings.Replace(good, "xe", `x\u0000e`, 1),
	} {
		got := s.post(t, "/api/v1/reports", body, "Idempotency-Key", key1, "Accept-Language", "en")
		c.holds(t, got, body)
		p := into[problem](t, got)
		if got.StatusCode/100 != 4 || len(p.Errors) != 1 || p.Errors[0].Code != code || strings.HasPrefix(p.Errors[0].Message, "field.") {
			t.Errorf("%s: %d %s", code, got.StatusCode, got.body)
		}
	}
	form := url.Values{"step": {"send"}, "category": {"theft"}, "narrative": {"Mất\x00 xe máy trước chợ"}, "commune": {"30280"}, "submission_id": {key1}}
	s.submit(t, "/gui-phan-anh", form.Encode()).expect(t, http.StatusUnprocessableEntity)
	if found := s.stored(t); found.Reports != 0 {
		t.Errorf("%d reports are stored", found.Reports)
	}
}
