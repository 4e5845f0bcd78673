// Package app is the triage service: it consumes announcements of accepted
// reports and routes each one to a unit's queue.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/pkg/routing"
	"github.com/phananh/portal/services/triage/internal/worker"
)

// Durable is the name under which all triage processes share the work.
const Durable = "triage"

// workers is how many reports one process routes at a time. It is what fills
// the journal's batches, and what triage gets of them beside intake; the
// decision itself takes microseconds.
const workers = 256

// Config of the service. Addr is for health checks and figures alone; empty:
// none.
type Config struct {
	Addr         string
	Journal      *journal.Journal
	Bus          *bus.Bus
	Jurisdiction *jurisdiction.Jurisdiction
	Log          *slog.Logger
	Now          func() time.Time
}

// App is the running service.
type App struct {
	health *httpd.Health
	server *httpd.Server // nil without an address
	stop   context.CancelFunc
	done   chan struct{} // the work has ended
}

// Start begins to consume.
func Start(cfg Config) (*App, error) {
	w := &worker.Worker{
		Journal: cfg.Journal,
		Decide:  routing.New(cfg.Jurisdiction).Decide,
		Desk:    cfg.Jurisdiction.DutyDesk().Code,
		Version: cfg.Jurisdiction.Version(),
		Log:     cfg.Log,
		Now:     cfg.Now,
	}
	a := &App{
		health: httpd.NewHealth(
			program.JournalCheck(cfg.Journal),
			httpd.Check{Name: "bus", Test: cfg.Bus.Ping},
		),
		done: make(chan struct{}),
	}
	if cfg.Addr != "" {
		engine := httpd.NewEngine(cfg.Log, 0, func(c *gin.Context) { c.AbortWithStatus(http.StatusInternalServerError) })
		a.health.Register(engine)
		engine.GET("/metrics", metrics(cfg.Bus))
		server, err := httpd.Start(cfg.Addr, engine, cfg.Log)
		if err != nil {
			return nil, err
		}
		a.server = server
	}
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	go func() {
		defer close(a.done)
		cfg.Bus.Work(ctx, bus.Job{Name: Durable, Workers: workers, Handle: w.Route, Exhausted: w.Exhausted})
	}()
	return a, nil
}

// URL is where the health checks are; empty without an address.
func (a *App) URL() string {
	if a.server == nil {
		return ""
	}
	return a.server.URL()
}

// Done is closed when the service has stopped by itself.
func (a *App) Done() <-chan struct{} {
	if a.server == nil {
		return a.done
	}
	return a.server.Done()
}

// Err says why the service stopped by itself.
func (a *App) Err() error {
	if a.server == nil {
		return nil
	}
	return a.server.Err()
}

// Close stops consuming, lets the reports in hand be routed, and stops.
func (a *App) Close(ctx context.Context) error {
	a.health.Closing()
	a.stop()
	var err error
	select {
	case <-a.done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if a.server != nil {
		err = errors.Join(err, a.server.Close(ctx))
	}
	return err
}
