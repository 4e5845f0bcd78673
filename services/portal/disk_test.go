package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

// attempt sends a report once.
func (r *running) attempt(n int) (status int, rc receipt, retryAfter string, err error) {
	body := `{"category":"theft","narrative":"` + strings.Repeat("Mất một chiếc xe máy trước cổng chợ. ", 30) + `","place":{"commune":"30280"}}`
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.public+"/api/v1/reports", strings.NewReader(body))
	if err != nil {
		return 0, rc, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprintf("full-disk-test-%08d", n))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, rc, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusCreated {
		err = json.NewDecoder(resp.Body).Decode(&rc)
	}
	return resp.StatusCode, rc, resp.Header.Get("Retry-After"), err
}

// readiness is what /readyz says.
func (r *running) readiness() (status int, body string) {
	r.t.Helper()
	resp, err := http.Get(r.public + "/readyz")
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// Eight residents send while the disk fills up, three times, each time to
// another degree, so that sometimes the journal and sometimes the stream meets
// the end of it first.
func TestAFullDiskLosesNothingAndServiceComesBackWithTheSpace(t *testing.T) {
	disk := embeddedtest.SmallDisk(t, 256<<20)
	portal := serveOn(t, filepath.Join(disk, "data"))
	if status, body := portal.readiness(); status != http.StatusOK {
		t.Fatalf("at first: %d %s", status, body)
	}
	var (
		mu       sync.Mutex
		accepted []receipt
		next     int
	)
	for round, leave := range []int64{2 << 20, 256 << 10, 0} {
		filler := embeddedtest.FillDisk(t, disk, leave)
		var residents sync.WaitGroup
		for range 8 {
			residents.Go(func() {
				for refused := 0; refused < 20; {
					mu.Lock()
					next++
					n := next
					mu.Unlock()
					status, rc, retryAfter, err := portal.attempt(n)
					switch {
					case err != nil:
						t.Error(err)
						return
					case status == http.StatusCreated:
						mu.Lock()
						accepted = append(accepted, rc)
						mu.Unlock()
					case status == http.StatusServiceUnavailable && retryAfter != "":
						refused++
					default:
						t.Errorf("status %d, Retry-After %q", status, retryAfter)
						return
					}
				}
			})
		}
		residents.Wait()
		embeddedtest.FillDisk(t, disk, 0) // whatever a checkpoint gave back
		if status, body := portal.readiness(); status != http.StatusServiceUnavailable || !strings.Contains(body, `"journal":"disk_full"`) || !strings.Contains(body, `"disk":"nearly_full"`) {
			t.Errorf("while it is full: %d %s", status, body)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		for {
			if status, _ := portal.readiness(); status == http.StatusOK {
				break
			}
			if time.Since(begun) > 10*time.Second {
				t.Fatal("not ready again within 10 s")
			}
			time.Sleep(20 * time.Millisecond)
		}
		ready := time.Since(begun)
		fresh := portal.report(1000 + round)
		took := time.Since(begun)
		portal.routed(fresh)
		t.Logf("round %d: %d accepted so far; ready %v after there was room, accepting %v, routed %v", round, len(accepted),
			ready.Round(time.Millisecond), took.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
	}
	begun := time.Now()
	for _, rc := range accepted {
		portal.routedWithin(rc, 60*time.Second)
	}
	t.Logf("%d accepted, all routed %v later", len(accepted), time.Since(begun).Round(time.Millisecond))
	portal.stop()
}
