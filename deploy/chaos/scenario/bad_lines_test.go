package scenario

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestABadLineLosesRequestsAndAnswersInEveryWay(t *testing.T) {
	const body = "một phản ánh dài vừa đủ để bị cắt ở giữa"
	var whole, half atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != body {
			half.Add(1)
			return
		}
		whole.Add(1)
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	line := &badLine{rand: rand.New(rand.NewPCG(1, 2)), next: &http.Transport{}}
	client := &http.Client{Transport: line}
	answered := 0
	for range 400 {
		resp, err := client.Post(server.URL, "text/plain", strings.NewReader(body))
		if err != nil {
			continue
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil && string(got) == body {
			answered++
		}
	}
	if share := float64(line.harmed) / float64(line.sent); line.sent != 400 || share < 0.2 || share > 0.4 {
		t.Errorf("harmed %d of %d", line.harmed, line.sent)
	}
	if answered != 400-line.harmed {
		t.Errorf("%d whole answers, %d requests left alone", answered, 400-line.harmed)
	}
	// Some arrived whole and were not answered, some never arrived.
	if n := int(whole.Load()); n <= answered || n >= 400 {
		t.Errorf("%d arrived whole, %d were answered", n, answered)
	}
	if half.Load() == 0 {
		t.Error("none was cut in the middle")
	}
}
