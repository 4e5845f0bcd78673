package httpd

import (
	"container/list"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
)

// crowd bounds the connections that are open at once. When there are too many,
// the one goes that has kept us waiting longest: silent, idle between two
// requests, or with a request that is not all there. Whoever has sent a whole
// request is never cut off, and whoever comes last is let in, so that those
// who only hold connections cannot lock others out.
type crowd struct {
	limit int

	mu      sync.Mutex
	open    int
	waiting list.List // of net.Conn, the longest waiting first
	places  map[net.Conn]*list.Element
}

func newCrowd(limit int) *crowd {
	return &crowd{limit: limit, places: map[net.Conn]*list.Element{}}
}

// changed is the server's hook: a connection has come, begun a request, ended
// one, or gone.
func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	var longest net.Conn
	switch state {
	case http.StateNew:
		c.open++
		c.wait(conn)
		longest = c.surplus()
	case http.StateActive, http.StateIdle:
		c.wait(conn)
	case http.StateHijacked, http.StateClosed:
		c.open--
		c.leave(conn)
	}
	c.mu.Unlock()
	if longest != nil {
		_ = longest.Close() // its goroutine notices
	}
}

// wait puts a connection at the end of those that we wait for.
func (c *crowd) wait(conn net.Conn) {
	if place, ok := c.places[conn]; ok {
		c.waiting.MoveToBack(place)
		return
	}
	c.places[conn] = c.waiting.PushBack(conn)
}

func (c *crowd) leave(conn net.Conn) {
	if place, ok := c.places[conn]; ok {
		c.waiting.Remove(place)
		delete(c.places, conn)
	}
}

// surplus takes out the connection that has to go, if there are too many. It
// counts as open until its goroutine has noticed.
func (c *crowd) surplus() net.Conn {
	if c.open <= c.limit {
		return nil
	}
	front := c.waiting.Front()
	if front == nil {
		return nil
	}
	conn := front.Value.(net.Conn)
	c.leave(conn)
	return conn
}

// served says that a connection's request is all there.
func (c *crowd) served(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leave(conn)
}

// follow notices when a request is all there.
func (c *crowd) follow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, ok := r.Context().Value(connection{}).(net.Conn); ok {
			if r.Body == nil || r.Body == http.NoBody {
				c.served(conn)
			} else {
				r.Body = &followed{r.Body, func() { c.served(conn) }}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// connection is the context's key for a request's connection.
type connection struct{}

func withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connection{}, conn)
}

// followed is a body that tells when it was read to its end.
type followed struct {
	io.ReadCloser
	ended func()
}

func (f *followed) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		f.ended()
	}
	return n, err
}
