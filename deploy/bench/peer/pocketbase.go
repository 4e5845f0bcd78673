// Package peer is what the portal is measured beside: PocketBase with a
// collection for the same record, and a server that does nothing.
package peer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // PocketBase's own tables
)

// Ready is what a peer prints when it accepts connections.
type Ready struct {
	URL         string `json:"url"`
	JournalMode string `json:"journal_mode,omitempty"` // as SQLite says it
	Synchronous string `json:"synchronous,omitempty"`  // as SQLite says it
}

// connectFull connects as core.DefaultDBConnect does, but for
// synchronous(FULL): every commit is synced before it is answered.
func connectFull(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
}

// Config of a PocketBase.
type Config struct {
	Addr       string   // to listen on
	Dir        string   // for its data
	Categories []string // that a record may have
	Full       bool     // SQLite syncs every commit
	Nested     bool     // place and contact are JSON columns
}

// PocketBase serves an empty collection until ctx ends. What Config does not
// say is as PocketBase ships it, but for its log of requests, which is off: the
// portal keeps none either.
func PocketBase(ctx context.Context, c Config, stdout io.Writer) (err error) {
	config := core.BaseAppConfig{DataDir: c.Dir, QueryTimeout: core.DefaultQueryTimeout}
	if c.Full {
		config.DBConnect = connectFull
	}
	app := core.NewBaseApp(config)
	if err := app.Bootstrap(); err != nil {
		return fmt.Errorf("start PocketBase: %w", err)
	}
	defer func() {
		stopped := app.OnTerminate().Trigger(&core.TerminateEvent{App: app}, func(e *core.TerminateEvent) error {
			return e.App.ResetBootstrapState()
		})
		err = errors.Join(err, stopped)
	}()
	if err := prepare(app, c); err != nil {
		return err
	}
	ready, err := settings(app)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	ready.URL = "http://" + listener.Addr().String()
	served := make(chan error, 1)
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener, e.InstallerFunc = listener, nil
		return e.Next()
	})
	go func() { served <- apis.Serve(app, apis.ServeConfig{HttpAddr: c.Addr}) }()
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return err
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return nil
	}
}

// prepare makes PocketBase's tables and the collection.
func prepare(app core.App, c Config) error {
	if err := app.RunAllMigrations(); err != nil {
		return fmt.Errorf("migrate PocketBase: %w", err)
	}
	app.Settings().Logs.MaxDays = 0
	if err := app.Save(app.Settings()); err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	if err := app.Save(collection(c.Categories, c.Nested)); err != nil {
		return fmt.Errorf("save collection: %w", err)
	}
	return nil
}

// settings asks SQLite how it is set.
func settings(app core.App) (Ready, error) {
	var r Ready
	var level int
	if err := app.NonconcurrentDB().NewQuery("PRAGMA journal_mode").Row(&r.JournalMode); err != nil {
		return r, fmt.Errorf("journal mode: %w", err)
	}
	if err := app.NonconcurrentDB().NewQuery("PRAGMA synchronous").Row(&level); err != nil {
		return r, fmt.Errorf("synchronous: %w", err)
	}
	levels := []string{"OFF", "NORMAL", "FULL", "EXTRA"} // https://www.sqlite.org/pragma.html#pragma_synchronous
	if level < 0 || level >= len(levels) {
		return r, fmt.Errorf("synchronous is %d", level)
	}
	r.JournalMode, r.Synchronous = strings.ToUpper(r.JournalMode), levels[level]
	return r, nil
}
