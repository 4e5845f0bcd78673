// Package app is the intake service: the public site and the public API on
// one listener.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/api"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
	"github.com/phananh/portal/services/intake/internal/site"
	"github.com/phananh/portal/web/public"
)

const (
	maxBody   = 64 << 10 // what a request may send, in bytes
	maxInWork = 1024     // requests worked on at once: fewer than the journal's queue holds
)

// Config of the service. Everything is required but Now, which is
// time.Now, and Checks.
type Config struct {
	Addr         string // listening address; port 0: a free one
	Journal      *journal.Journal
	Jurisdiction *jurisdiction.Jurisdiction
	Key          report.Key
	Log          *slog.Logger
	Now          func() time.Time
	Checks       []httpd.Check // of readiness, beside the service's own
}

// App is the running service. The journal stays its owner's.
type App struct {
	server *httpd.Server
	health *httpd.Health
}

// Start starts the service; it accepts connections when this returns.
func Start(cfg Config) (*App, error) {
	if cfg.Journal == nil || cfg.Jurisdiction == nil || cfg.Log == nil {
		return nil, errors.New("intake: journal, jurisdiction and log are required")
	}
	if cfg.Key.Receipt("") == (report.Key{}).Receipt("") { // missing or all zeros: anybody could compute receipts
		return nil, errors.New("intake: the receipt key is missing or all zeros")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	window := counter.New(counter.Config{
		Journal: cfg.Journal, Jurisdiction: cfg.Jurisdiction, Key: cfg.Key, Now: cfg.Now,
	})
	if err := checkKey(window); err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	health := httpd.NewHealth(append([]httpd.Check{
		program.JournalCheck(cfg.Journal),
		{Name: "receipt_key", Test: window.CheckKey},
	}, cfg.Checks...)...)
	engine, err := newEngine(cfg, window, health)
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	server, err := httpd.Start(cfg.Addr, engine, cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	return &App{server: server, health: health}, nil
}

// checkKey refuses a receipt key that is not the installation's. A journal
// that does not answer is no reason not to start: the counter asks again.
func checkKey(window *counter.Counter) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	err := window.CheckKey(ctx)
	if errors.Is(err, counter.ErrTryAgain) {
		return nil
	}
	if errors.Is(err, journal.ErrPinned) {
		return fmt.Errorf("the receipt key is not the one that this database has been used with; put the old one back: %w", err)
	}
	return err
}

// newEngine puts the parts together.
func newEngine(cfg Config, window *counter.Counter, health *httpd.Health) (*gin.Engine, error) {
	folder, err := fs.Sub(public.Files(), "texts")
	if err != nil {
		return nil, err
	}
	texts, err := catalogue.Load(folder)
	if err != nil {
		return nil, err
	}
	checker, err := input.NewChecker(cfg.Jurisdiction, cfg.Now)
	if err != nil {
		return nil, err
	}
	a, err := api.New(window, checker, texts, cfg.Jurisdiction)
	if err != nil {
		return nil, err
	}
	s, err := site.New(site.Config{
		Counter: window, Checker: checker, Texts: texts, Jurisdiction: cfg.Jurisdiction, Files: public.Files(),
	})
	if err != nil {
		return nil, err
	}
	// Programs are answered with problem details, people with a page.
	either := func(forPrograms, forPeople gin.HandlerFunc) gin.HandlerFunc {
		return func(c *gin.Context) {
			if strings.HasPrefix(c.Request.URL.Path, "/api/") {
				forPrograms(c)
				return
			}
			forPeople(c)
		}
	}
	engine := httpd.NewEngine(cfg.Log, maxBody, either(a.Panicked, s.Panicked))
	engine.NoRoute(either(a.NotFound, s.NotFound))
	engine.NoMethod(either(a.MethodNotAllowed, s.MethodNotAllowed))
	health.Register(engine) // answered even when everybody else has to wait
	engine.Use(httpd.Bounded(maxInWork, either(a.Busy, s.Busy)))
	routes(engine, a, s)
	return engine, nil
}

// URL is where the service is reached from this machine.
func (a *App) URL() string { return a.server.URL() }

// Done is closed when the service has stopped, asked to or not.
func (a *App) Done() <-chan struct{} { return a.server.Done() }

// Err says why the service stopped without being asked to.
func (a *App) Err() error { return a.server.Err() }

// Closing makes the service unready while it goes on serving, so that load
// balancers send their requests elsewhere before it is closed.
func (a *App) Closing() {
	a.health.Closing()
	a.server.Closing()
}

// Close makes the service unready, then stops accepting and waits for running
// requests until ctx ends.
func (a *App) Close(ctx context.Context) error {
	a.Closing()
	return a.server.Close(ctx)
}
