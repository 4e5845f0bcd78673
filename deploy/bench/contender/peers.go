package contender

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/phananh/portal/deploy/bench/peer"
	"github.com/phananh/portal/deploy/bench/push"
)

// PocketBase is PocketBase as it ships, but for the named options, which are
// those of this program's command "pocketbase".
func PocketBase(name string, records Records, categories []string, options ...string) Contender {
	return Contender{Name: name, Start: func(_ context.Context, dir string) (*Running, error) {
		r := &Running{
			Target: push.Target{Bodies: records.Bodies, KeyAt: records.KeyAt, Status: http.StatusOK, Mark: []byte(`"id":"`)},
			count:  func() (int, error) { return countRows(filepath.Join(dir, "data.db"), peer.Table) },
		}
		ready, err := r.self(append([]string{"pocketbase", "--data", dir, "--categories", strings.Join(categories, ",")}, options...)...)
		r.Target.URL = ready.URL + "/api/collections/" + peer.Table + "/records"
		r.Says = fmt.Sprintf("PRAGMA journal_mode is %s, PRAGMA synchronous is %s", ready.JournalMode, ready.Synchronous)
		return r, err
	}}
}

// Gin is a handler that reads the body and stores nothing.
func Gin(bodies [][]byte) Contender {
	return Contender{Name: "empty gin handler", Start: func(context.Context, string) (*Running, error) {
		r := &Running{Target: push.Target{Bodies: bodies, Header: "Idempotency-Key", Status: http.StatusCreated}}
		ready, err := r.self("gin")
		r.Target.URL = ready.URL + "/"
		return r, err
	}}
}

// self starts this program once more, as a peer.
func (r *Running) self(args ...string) (peer.Ready, error) {
	var ready peer.Ready
	program, err := os.Executable()
	if err != nil {
		return ready, err
	}
	p, err := start(nil, &ready, program, args...)
	if err == nil {
		r.processes = append(r.processes, p)
	}
	return ready, err
}
