package httpd_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/httpd"
)

// A request may arrive on an idle connection just when the server closes it.
// Then it is either answered or never begun: the client sees an error, and
// nothing was done that it does not know of.
func TestWhatAClosingServerBeginsItAnswers(t *testing.T) {
	for range 20 {
		var begun, answered, refused atomic.Int64
		s, err := httpd.Start("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun.Add(1)
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, "done")
		}), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		var clients sync.WaitGroup
		for range 16 {
			clients.Go(func() {
				c := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
				defer c.CloseIdleConnections()
				for {
					resp, err := c.Post(s.URL(), "text/plain", strings.NewReader("a few words"))
					if err != nil {
						refused.Add(1)
						return
					}
					b, err := io.ReadAll(resp.Body)
					_ = resp.Body.Close()
					if err != nil || string(b) != "done" {
						t.Errorf("half an answer: %q, %v", b, err)
					}
					answered.Add(1)
				}
			})
		}
		for answered.Load() < 200 {
			time.Sleep(time.Millisecond)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
		cancel()
		clients.Wait()
		if begun.Load() != answered.Load() || refused.Load() != 16 {
			t.Fatalf("%d begun, %d answered, %d clients told", begun.Load(), answered.Load(), refused.Load())
		}
	}
}
