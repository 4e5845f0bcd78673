package httpd_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/httpd"
)

// speak sends raw bytes, ends its side, and returns the statuses of the answers.
func speak(t *testing.T, s *httpd.Server, raw string) (statuses []int) {
	t.Helper()
	conn := dial(t, s)
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() { // the server may answer before it has all
		_, _ = io.WriteString(conn, raw)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	for r := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		statuses = append(statuses, resp.StatusCode)
	}
}

func TestWhatIsNoProperRequestIsRefusedAndHidesNoOther(t *testing.T) {
	s, client := hello(t, httpd.Limits{})
	const host, smuggled = "Host: x\r\n", "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, tt := range []struct {
		name, raw string
		want      []int
	}{
		{"nothing", "", nil},
		{"header cut", "GET / HTTP/1.1\r\nHost: x\r\nAcc", []int{400}},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\r\n\r\n", []int{400}},
		{"body shorter than it says", "POST / HTTP/1.1\r\n" + host + "Content-Length: 100\r\n\r\nabc", []int{400}},
		{"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", []int{400}},
		{"negative length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", []int{400}},
		{"chunks", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{411}},
		{"chunks cut", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nab", []int{411}},
		{"length and chunks", "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, []int{411}},
		{"chunks and length", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled, []int{411}},
		{"chunks twice", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, []int{501}},
		{"unknown encoding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + smuggled, []int{501}},
		{"blank before the colon", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled, []int{400}},
		{"no host", "GET / HTTP/1.1\r\n\r\n", []int{400}},
		{"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", []int{400}},
		{"NUL in a header", "GET / HTTP/1.1\r\n" + host + "X: a\x00b\r\n\r\n", []int{400}},
		{"header over 16 KB", "GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 32<<10) + "\r\n\r\n", []int{431}},
		{"target of 100 KB", "GET /" + strings.Repeat("a", 100<<10) + " HTTP/1.1\r\n" + host + "\r\n", []int{431}},
		{"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", []int{200}},
		{"pipelined", strings.Repeat("GET / HTTP/1.1\r\n"+host+"\r\n", 3), []int{200, 200, 200}},
	} {
		got := speak(t, s, tt.raw)
		if len(got) != len(tt.want) {
			t.Errorf("%s: answers %v instead of %v", tt.name, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: answers %v instead of %v", tt.name, got, tt.want)
			}
		}
	}
	resp, err := client.Get(s.URL())
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("afterwards: %v", err)
	}
	_ = resp.Body.Close()
}

type sample struct {
	Category string
	Place    struct{ District, Commune string }
	Tags     []string
}

func TestJSONThatCanBeReadInTwoWaysIsRefused(t *testing.T) {
	for body, code := range map[string]string{
		`{"category":"a","category":"b"}`:                                            "duplicate_name",
		`{"category":"a","Category":"b"}`:                                            "duplicate_name",
		`{"category":"a","c\u0061tegory":"b"}`:                                       "duplicate_name",
		`{"place":{"district":"a", "district" : "a"}}`:                               "duplicate_name",
		`{"place":{},"category":"a","place":{}}`:                                     "duplicate_name",
		`{"category":"a"} {"category":"b"}`:                                          "trailing_data",
		strings.Repeat("[", 60_000):                                                  "not_json",
		strings.Repeat(`{"place":`, 6_000):                                           "not_json",
		`{"tags":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`: "not_json",
		"{\"category\":\"a\x00b\"}":                                                  "not_json",
		`{"category":"` + "\xff" + `"}`:                                              "broken_text",
		``:                                                                           "not_json",
	} {
		var v sample
		p := httpd.AsProblem(httpd.JSON(strings.NewReader(body), &v))
		if p.Status != http.StatusBadRequest || p.Code != "malformed" || p.Fields[0].Code != code {
			t.Errorf("%.60s: %v %v instead of %s", body, p, p.Fields, code)
		}
	}
	for _, body := range []string{
		`{"category":"district","place":{"district":"category","commune":"place"}}`,
		`{"tags":["a","a","tags\":","{"],"category":"\\"}`,
	} {
		var v sample
		if err := httpd.JSON(strings.NewReader(body), &v); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Whatever the values hold, a name is found twice if and only if it is there
// twice.
func TestANameTwiceIsFoundWhateverTheValuesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]string{`"a\"b"`, `"\\"`, `"{\"x\":1}"`, `""`, `"x\":"`, `"[["`}).Draw(t, "value")
		twice := rapid.Bool().Draw(t, "twice")
		second := `"place"`
		if twice {
			second = rapid.SampledFrom([]string{`"category"`, `"CATEGORY"`, `"categor\u0079"`}).Draw(t, "second")
		}
		blank := rapid.SampledFrom([]string{"", " ", "\n\t "}).Draw(t, "blank")
		other := `{"district":` + value + `}`
		if twice {
			other = value
		}
		body := `{` + blank + `"category"` + blank + `:` + value + `,` + second + blank + `:` + blank + other + `}`
		var v sample
		if err := httpd.JSON(strings.NewReader(body), &v); (err != nil) != twice {
			t.Fatalf("%s: %v", body, err)
		}
	})
}

// A bounded engine answers those beyond the bound at once, and a body that
// drips takes no place.
func TestBeyondTheBoundTheAnswerIsAtOnceToComeBack(t *testing.T) {
	const limit = 4
	begun, release := make(chan struct{}, limit), make(chan struct{})
	e := httpd.NewEngine(slog.New(slog.DiscardHandler), 1000, func(*gin.Context) {})
	httpd.NewHealth().Register(e)
	e.Use(httpd.Bounded(limit, func(c *gin.Context) { httpd.Fail(c, texts(t), httpd.Busy()) }))
	e.POST("/work", func(c *gin.Context) {
		body, err := io.ReadAll(c.Request.Body)
		if err != nil { // one of those that send half, at the end
			return
		}
		if string(body) != "abc" {
			t.Errorf("body %q", body)
		}
		begun <- struct{}{}
		<-release
	})
	s, err := httpd.Start("127.0.0.1:0", e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	defer func() { _ = s.Close(t.Context()) }()

	var halves []net.Conn
	for range 2 * limit { // these send half a body and no more
		conn := dial(t, s)
		halves = append(halves, conn)
		_, _ = io.WriteString(conn, "POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na")
	}
	var working sync.WaitGroup
	for range limit {
		working.Go(func() {
			resp, err := client.Post(s.URL()+"/work", "text/plain", strings.NewReader("abc"))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("%v", err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	for range limit {
		<-begun
	}
	resp, err := client.Post(s.URL()+"/work", "text/plain", strings.NewReader("abc"))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	if resp, err = client.Get(s.URL() + "/readyz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("readiness under load: %v", err)
	}
	_ = resp.Body.Close()
	close(release)
	working.Wait()
	for _, conn := range halves {
		_ = conn.Close()
	}
}

func TestReadinessSaysOnlyWhatIsForAnybody(t *testing.T) {
	e := httpd.NewEngine(slog.New(slog.DiscardHandler), 0, func(*gin.Context) {})
	httpd.NewHealth(
		httpd.Check{Name: "journal", Test: func(context.Context) error { return httpd.Reason("disk_full", errors.New("secret path")) }},
		httpd.Check{Name: "bus", Soft: true, Test: func(context.Context) error { return errors.New("secret host") }},
	).Register(e)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != `{"bus":"failing","journal":"disk_full"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAClosingServerServesOnAndSendsClientsElsewhere(t *testing.T) {
	s, client := hello(t, httpd.Limits{})
	for _, closing := range []bool{false, true} {
		if closing {
			s.Closing()
		}
		resp, err := client.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || resp.Close != closing {
			t.Errorf("closing %v: %d, ends the connection: %v", closing, resp.StatusCode, resp.Close)
		}
	}
}
