package site

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var script = strings.Repeat("desk();", 200)

func built() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":           {},
		"index.html":         {Data: []byte("<!doctype html><title>desk</title>")},
		"assets/app-1a2b.js": {Data: []byte(script)},
		"icon.svg":           {Data: []byte("<svg/>")},
	}
}

// ask sends a request and returns the answer, or nil where there is none.
func ask(t *testing.T, fsys fstest.MapFS, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	s, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	r, w := httptest.NewRequest(method, target, http.NoBody), httptest.NewRecorder()
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if !s.Serve(w, r) {
		return nil
	}
	return w
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryScreensAddressIsTheApplication(t *testing.T) {
	for _, target := range []string{"/", "/index.html", "/cases/AG-0000-0000-0000", "/queue?unit=883", "/.gitkeep", "/../../etc/passwd", "//x"} {
		got := ask(t, built(), http.MethodGet, target)
		if got == nil || got.Code != http.StatusOK || body(t, got.Body) != "<!doctype html><title>desk</title>" {
			t.Errorf("%s is not the application", target)
			continue
		}
		if got.Header().Get("Cache-Control") != "no-store" || !strings.Contains(got.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %v", target, got.Header())
		}
	}
}

func TestWhatIsNotTheApplicationsIsLeftToOthers(t *testing.T) {
	for _, x := range [][2]string{
		{http.MethodPost, "/"}, {http.MethodGet, "/api/v1/nothing"}, {http.MethodGet, "/x/../api/v1/nothing"}, {http.MethodGet, "/assets/old-9f.js"},
	} {
		if got := ask(t, built(), x[0], x[1]); got != nil {
			t.Errorf("%s %s is answered with %d", x[0], x[1], got.Code)
		}
	}
}

func TestAssetsAreKeptForeverAndSentCompressed(t *testing.T) {
	plain := ask(t, built(), http.MethodGet, "/assets/app-1a2b.js")
	if !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") || plain.Header().Get("Vary") != "Accept-Encoding" || body(t, plain.Body) != script {
		t.Errorf("plain: %v", plain.Header())
	}
	packed := ask(t, built(), http.MethodGet, "/assets/app-1a2b.js", "Accept-Encoding", "br, gzip;q=0.8")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Fatalf("packed: %v", packed.Header())
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil || body(t, r) != script {
		t.Errorf("unpacked it is something else: %v", err)
	}
	if got := ask(t, built(), http.MethodGet, "/assets/app-1a2b.js", "Accept-Encoding", "gzip;q=0"); got.Header().Get("Content-Encoding") != "" {
		t.Error("gzip although refused")
	}
	if head := ask(t, built(), http.MethodHead, "/assets/app-1a2b.js"); body(t, head.Body) != "" || head.Header().Get("Content-Length") != strconv.Itoa(len(script)) {
		t.Errorf("HEAD: %v", head.Header())
	}
}

func TestUnchangedFileIsNotSentAgain(t *testing.T) {
	first := ask(t, built(), http.MethodGet, "/icon.svg")
	again := ask(t, built(), http.MethodGet, "/icon.svg", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || body(t, again.Body) != "" {
		t.Errorf("again: %d", again.Code)
	}
}

func TestApplicationThatIsNotBuiltSaysHow(t *testing.T) {
	got := ask(t, fstest.MapFS{".gitkeep": {}}, http.MethodGet, "/")
	if !strings.Contains(body(t, got.Body), "<code>make</code>") {
		t.Error("it does not say how")
	}
}
