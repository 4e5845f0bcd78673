package httpd

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Bounded lets at most limit requests be worked on at once; busy answers those
// beyond, at once, before they cost anything. A request counts from when its
// body is all there: whoever sends slowly keeps nobody else out. The body's
// limit must be in force already.
func Bounded(limit int, busy gin.HandlerFunc) gin.HandlerFunc {
	slots := make(chan struct{}, limit)
	return func(c *gin.Context) {
		receive(c.Request)
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			c.Next()
		default:
			busy(c)
			c.Abort()
		}
	}
}

// receive reads the body into memory. What is wrong with it is found out by
// whoever reads it from there.
func receive(r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	body, err := io.ReadAll(r.Body)
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, broken{err})
	}
	r.Body = received{rest, r.Body}
}

type received struct {
	io.Reader
	io.Closer
}

// broken is the end of a body that could not be read to its end.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// Busy is the problem of a service that has its hands full.
func Busy() error {
	return &Problem{Status: http.StatusServiceUnavailable, Code: "try_again", RetryAfter: 2, Cause: errors.New("too many requests in work")}
}
