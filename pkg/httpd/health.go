package httpd

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// Check says what a service needs in order to work: a name and a test. What
// it can do without for a while is Soft: said, but no reason to be unready.
type Check struct {
	Name string
	Test func(context.Context) error
	Soft bool
}

// Health answers /livez and /readyz.
type Health struct {
	closing atomic.Bool
	checks  []Check
}

// NewHealth makes a Health that is ready while all checks pass.
func NewHealth(checks ...Check) *Health { return &Health{checks: checks} }

// Register adds the two routes. /livez says that the process runs. /readyz is
// 200 while the service can work, else 503, and says which checks fail: with
// the code of a Reason, or "failing". Everything else about a failure is for
// the log alone.
func (h *Health) Register(e *gin.Engine) {
	e.GET("/livez", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", h.ready)
}

func (h *Health) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
	defer cancel()
	status, body := http.StatusOK, gin.H{}
	for _, check := range h.checks {
		body[check.Name] = "ok"
		if err := check.Test(ctx); err != nil {
			_ = c.Error(err)
			body[check.Name] = publicReason(err)
			if !check.Soft {
				status = http.StatusServiceUnavailable
			}
		}
	}
	if h.closing.Load() {
		status, body["service"] = http.StatusServiceUnavailable, "closing"
		_ = c.Error(errClosing)
	}
	c.JSON(status, body)
}

var errClosing = errors.New("the service is closing")

// Closing makes /readyz fail from now on, so that no new requests are sent.
func (h *Health) Closing() { h.closing.Store(true) }

// reason is an error whose code may be shown to anybody.
type reason struct {
	code  string
	cause error
}

// Reason gives an error a code that /readyz may show, such as "disk_full".
func Reason(code string, cause error) error { return &reason{code, cause} }

func (r *reason) Error() string { return r.code + ": " + r.cause.Error() }
func (r *reason) Unwrap() error { return r.cause }

func publicReason(err error) string {
	if r, ok := errors.AsType[*reason](err); ok {
		return r.code
	}
	return "failing"
}
