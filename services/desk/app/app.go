// Package app is the desk: the application of officers and supervisors, and
// the API that it works with.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/services/desk/internal/api"
	"github.com/phananh/portal/services/desk/internal/follow"
	"github.com/phananh/portal/services/desk/internal/site"
	"github.com/phananh/portal/services/desk/texts"
)

// maxBody is the greatest length of a request in bytes; the longest one is a
// reply of 2,000 characters.
const maxBody = 64 << 10

// firstBoard is how long Start waits for the board, so that a desk with a
// small journal answers from its first request on.
const firstBoard = 3 * time.Second

// Config of a desk. Journal and Bus stay the caller's to close.
type Config struct {
	Addr          string
	Journal       *journal.Journal
	Bus           *bus.Bus
	Jurisdiction  *jurisdiction.Jurisdiction
	Checkpoint    string // file of the board; empty: none
	Ledger        string // folder of the ledger; empty: none
	LedgerKey     string // its private key; empty: beside it
	SecureCookies bool   // over HTTPS only
	UI            fs.FS  // the built application
	Log           *slog.Logger
	Now           func() time.Time
}

// App is a running desk.
type App struct {
	server   *httpd.Server
	health   *httpd.Health
	follower *follow.Follower
	cleaner  *cleaner
	ledger   record
}

// Start begins to follow the journal and to serve. The desk answers at once;
// while a large board is being rebuilt, requests that need it are asked to
// come back, and /readyz says so.
func Start(ctx context.Context, cfg Config) (*App, error) {
	words, err := catalogue.Load(texts.Files)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	pages, err := site.Load(cfg.UI)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	recorded, err := openLedger(cfg)
	if err != nil {
		return nil, err
	}
	cases := board.New()
	follower := follow.Start(follow.Config{
		Board: cases, Journal: cfg.Journal, Bus: cfg.Bus, Checkpoint: cfg.Checkpoint, Log: cfg.Log, Now: cfg.Now,
		Ledger: recorded.Recorder, DutyDesk: cfg.Jurisdiction.DutyDesk().Code,
	})
	closing := make(chan struct{})
	desk := api.New(api.Config{
		Journal: cfg.Journal, Board: cases, Rebuilt: follower.Rebuilt(), Standing: follower.Standing, Closing: closing,
		Directory:    account.NewDirectory(cfg.Journal, cfg.Now, rand.Reader),
		Jurisdiction: cfg.Jurisdiction, Texts: words, SecureCookies: cfg.SecureCookies, Now: cfg.Now,
	})
	checks := []httpd.Check{
		{Name: "journal", Test: cfg.Journal.Ping},
		{Name: "board", Test: follower.CheckRebuilt},
		// Without NATS the desk reads the journal from time to time: late, but right.
		{Name: "bus", Test: cfg.Bus.Ping, Soft: true},
		{Name: "following", Test: follower.CheckFollowing, Soft: true},
	}
	// While nothing can be written the queues can still be read.
	writes := program.JournalCheck(cfg.Journal)
	writes.Name, writes.Soft = "journal_writes", true
	checks = append(checks, writes)
	health := httpd.NewHealth(append(checks, recorded.checks()...)...)
	handler := router(cfg.Log, desk, health, pages)
	server, err := httpd.Start(cfg.Addr, handler, cfg.Log)
	if err != nil {
		return nil, errors.Join(err, follower.Close(), recorded.Close())
	}
	server.OnShutdown(sync.OnceFunc(func() { close(closing) }))
	select {
	case <-follower.Rebuilt():
	case <-time.After(firstBoard):
	case <-ctx.Done():
	}
	return &App{server: server, health: health, follower: follower, cleaner: startCleaner(cfg), ledger: recorded}, nil
}

func router(log *slog.Logger, desk *api.API, health *httpd.Health, pages *site.Site) http.Handler {
	e := httpd.NewEngine(log, maxBody, func(c *gin.Context) { desk.Fail(c, errors.New("panic")) })
	e.Use(desk.SameOrigin())
	health.Register(e)
	desk.Register(e)
	e.NoRoute(func(c *gin.Context) {
		if !pages.Serve(c.Writer, c.Request) {
			desk.NoRoute(c)
		}
	})
	e.NoMethod(desk.NoMethod)
	return e
}

// URL is where the desk is reached from this machine.
func (a *App) URL() string { return a.server.URL() }

// Done is closed when the desk has stopped serving, asked to or not.
func (a *App) Done() <-chan struct{} { return a.server.Done() }

// Err says why the desk stopped without being asked to.
func (a *App) Err() error { return a.server.Err() }

// Closing makes the desk unready while it goes on serving.
func (a *App) Closing() {
	a.health.Closing()
	a.server.Closing()
}

// Close stops in order: readiness, event streams, requests, following; the
// board is saved and the ledger written at the end.
func (a *App) Close(ctx context.Context) error {
	a.health.Closing()
	err := a.server.Close(ctx)
	a.cleaner.close()
	return errors.Join(err, a.follower.Close(), a.ledger.Close())
}
