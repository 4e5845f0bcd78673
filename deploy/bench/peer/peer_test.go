package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// startPocketBase runs PocketBase until the test ends.
func startPocketBase(t *testing.T, c Config) Ready {
	t.Helper()
	c.Addr, c.Dir, c.Categories = "127.0.0.1:0", t.TempDir(), []string{"theft", "other"}
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := PocketBase(ctx, c, w)
		_ = w.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	var ready Ready
	if err := json.NewDecoder(r).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	return ready
}

func create(t *testing.T, ready Ready, body string) int {
	t.Helper()
	resp, err := http.Post(ready.URL+"/api/collections/"+Table+"/records", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}

func TestPocketBaseHoldsTheRecordToTheSameRules(t *testing.T) {
	ready := startPocketBase(t, Config{})
	if ready.JournalMode != "WAL" || ready.Synchronous != "NORMAL" {
		t.Errorf("%+v", ready)
	}
	n := 0
	with := func(more string) string {
		n++
		return fmt.Sprintf(`{"key":"a-key-for-tests-%04d","digest":"%s","category":"theft","narrative":"Mất xe máy trước cổng chợ.","place_commune":"30280","language":"vi"%s}`,
			n, strings.Repeat("0f", 32), more)
	}
	first := with("")
	if got := create(t, ready, first); got != http.StatusOK {
		t.Fatalf("a good record: %d", got)
	}
	if got := create(t, ready, first); got != http.StatusBadRequest {
		t.Errorf("the same key again: %d", got)
	}
	for _, bad := range []string{
		`,"category":"unheard_of"`, `,"narrative":"kurz"`, `,"place_commune":"x"`, `,"place_lat":91`,
		`,"contact_phone":"12"`, `,"contact_email":"nobody"`, `,"language":"fr"`, `,"key":"short"`,
	} {
		if got := create(t, ready, with(bad)); got != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, got)
		}
	}
}

func TestPocketBaseCanSyncEveryCommitAndTakeNestedParts(t *testing.T) {
	ready := startPocketBase(t, Config{Full: true, Nested: true})
	if ready.JournalMode != "WAL" || ready.Synchronous != "FULL" {
		t.Errorf("%+v", ready)
	}
	body := `{"key":"a-key-for-tests-0001","digest":"` + strings.Repeat("0f", 32) +
		`","category":"theft","narrative":"Mất xe máy trước cổng chợ.","place":{"commune":"30280"},"language":"vi"}`
	if got := create(t, ready, body); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
}
