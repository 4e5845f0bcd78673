package httpd

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/outage"
)

// NewEngine makes a gin engine: no trusted proxies, a body limit in bytes,
// recovery, and one log line for each request that failed. Addresses of
// clients, query strings and bodies are never logged. A panic is answered by
// onPanic, which must not show it.
func NewEngine(log *slog.Logger, maxBody int64, onPanic gin.HandlerFunc) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	_ = e.SetTrustedProxies(nil) // nil cannot be malformed
	e.Use(logFailures(log), recovery(log, onPanic), limitBody(maxBody), headers)
	return e
}

// logFailures logs a request that could not be served. Those that are only
// asked to come back, because something the service needs is away, would fill
// the log for as long as it is: of each route it is said once a minute.
func logFailures(log *slog.Logger) gin.HandlerFunc {
	var away sync.Map // route: *outage.Outage
	return func(c *gin.Context) {
		begun := time.Now()
		c.Next()
		route, status := c.FullPath(), c.Writer.Status()
		if status == http.StatusServiceUnavailable {
			o, _ := away.LoadOrStore(route, outage.New(log.With("route", route), "requests are asked to come back", "requests are served again"))
			o.(*outage.Outage).Failed(time.Now(), errors.New(c.Errors.String()))
			return
		}
		if o, ok := away.Load(route); ok {
			o.(*outage.Outage).Worked(time.Now())
		}
		level := slog.LevelDebug
		if status >= 500 {
			level = slog.LevelError
		}
		if !log.Enabled(c.Request.Context(), level) {
			return
		}
		log.Log(c.Request.Context(), level, "request",
			"method", c.Request.Method, "route", route, "status", status,
			"took", time.Since(begun), "error", c.Errors.String())
	}
}

func recovery(log *slog.Logger, onPanic gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v) // the way to hang up on a client
			}
			log.Error("panic", "route", c.FullPath(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			onPanic(c)
		}()
		c.Next()
	}
}

func limitBody(limit int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	}
}

// headers sets what every answer carries; a page adds its own policy.
func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: with it browsers send forms with "Origin: null", and over
	// plain HTTP nothing else tells that they come from here.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}
