package contender

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"path/filepath"

	"github.com/phananh/portal/deploy/bench/push"
)

// ReportsPath is where the portal takes reports.
const ReportsPath = "/api/v1/reports"

// target is where the portal takes a report, and what its good answer is.
func target(url string, bodies [][]byte) push.Target {
	return push.Target{
		URL: url + ReportsPath, Bodies: bodies, Header: "Idempotency-Key",
		Status: http.StatusCreated, Mark: []byte(`"case_number":"`),
	}
}

// Intake is accepting alone: the intake service and the embedded engines, each
// a process of its own. What is accepted is stored and announced; nothing
// routes it.
func Intake(bin string, bodies [][]byte) Contender {
	return Contender{Name: "intake + engine", Start: func(ctx context.Context, dir string) (_ *Running, err error) {
		r := &Running{count: func() (int, error) { return countReports(filepath.Join(dir, "mongodb")) }}
		defer func() {
			if err != nil {
				err = errors.Join(err, r.Stop())
			}
		}()
		var engines struct {
			MongoDB string `json:"mongodb_uri"`
			NATS    string `json:"nats_url"`
		}
		engine, err := start(nil, &engines, filepath.Join(bin, "engine"), "-data", dir)
		if err != nil {
			return r, err
		}
		r.processes = append(r.processes, engine)
		addr, err := freeAddress()
		if err != nil {
			return r, err
		}
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		intake, err := start([]string{
			"MONGODB_URI=" + engines.MongoDB, "NATS_URL=" + engines.NATS, "PORTAL_RECEIPT_KEY=" + hex.EncodeToString(key),
		}, nil, filepath.Join(bin, "intake"), "--addr", addr)
		if err != nil {
			return r, err
		}
		r.processes = append(r.processes, intake)
		r.Target = target("http://"+addr, bodies)
		return r, waitReady(ctx, "http://"+addr)
	}}
}

// Portal is everything in one program: what is accepted is routed, and shown
// on the desk's board, while it is measured.
func Portal(bin string, bodies [][]byte) Contender {
	return Contender{Name: "whole portal", Start: func(ctx context.Context, dir string) (_ *Running, err error) {
		r := &Running{count: func() (int, error) { return countReports(filepath.Join(dir, "mongodb")) }}
		addr, err := freeAddress()
		if err != nil {
			return r, err
		}
		portal, err := start(nil, nil, filepath.Join(bin, "portal"), "serve", "--public", addr, "--desk", "127.0.0.1:0", "--data", dir)
		if err != nil {
			return r, err
		}
		r.processes = append(r.processes, portal)
		r.Target = target("http://"+addr, bodies)
		if err := waitReady(ctx, "http://"+addr); err != nil {
			return r, errors.Join(err, r.Stop())
		}
		return r, nil
	}}
}
