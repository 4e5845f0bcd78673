package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/board"
)

const (
	heartbeat    = 15 * time.Second
	writeWithin  = 10 * time.Second // a client that takes longer is gone
	maxPerWrite  = 100
	eventsHeader = "text/event-stream; charset=utf-8"
)

// events tells of changes in the queues that the visitor sees, from now on,
// until the client hangs up, the session ends or the desk stops.
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
func (a *API) events(c *gin.Context, who visitor) error {
	b, err := a.board(c.Request.Context())
	if err != nil {
		return err
	}
	changes, cancel := b.Subscribe(func(unit string) bool { return a.policy.sees(who.Account, unit) })
	defer cancel()
	c.Header("Content-Type", eventsHeader)
	c.Header("X-Accel-Buffering", "no") // proxies that would hold events back
	s := stream{ctx: c.Request.Context(), w: c.Writer, control: http.NewResponseController(c.Writer)}
	_ = s.control.SetReadDeadline(time.Time{}) // nothing more is read; where it cannot be lifted the client connects again
	if !s.comment("connected") {
		return nil
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-c.Request.Context().Done():
			return nil
		case <-a.Closing:
			return nil
		case change := <-changes:
			if !a.tell(&s, change, changes) {
				return nil
			}
		case <-tick.C:
			if a.ended(c.Request.Context(), who) || !s.comment("") {
				return nil
			}
		}
	}
}

// tell writes a change, together with those that wait behind it.
func (a *API) tell(s *stream, first board.Change, more <-chan board.Change) bool {
	a.write(s, first)
	for range maxPerWrite {
		select {
		case change := <-more:
			a.write(s, change)
			continue
		default:
		}
		break
	}
	return s.flush()
}

func (a *API) write(s *stream, change board.Change) {
	switch change.Kind {
	case board.Shown:
		s.event("case", a.row(s.ctx, change.Row))
	case board.Gone:
		s.event("gone", gin.H{"case_number": change.Row.ID.CaseNumber(a.Jurisdiction.Prefix()), "unit": change.Unit})
	case board.Resync:
		s.event("resync", gin.H{})
	}
}

// ended says that the session is over; a store that does not answer ends
// nobody's.
func (a *API) ended(ctx context.Context, who visitor) bool {
	_, _, err := a.Directory.Authenticate(ctx, who.token)
	return errors.Is(err, account.ErrNoSession)
}

// stream writes server-sent events.
type stream struct {
	ctx     context.Context
	w       http.ResponseWriter
	control *http.ResponseController
	buf     bytes.Buffer
}

func (s *stream) event(name string, data any) {
	raw, err := json.Marshal(data)
	if err != nil { // our own documents can always be encoded
		return
	}
	s.buf.WriteString("event: " + name + "\ndata: ")
	s.buf.Write(raw)
	s.buf.WriteString("\n\n")
}

// comment writes a line that clients skip, to show that the stream lives.
func (s *stream) comment(text string) bool {
	s.buf.WriteString(": " + text + "\n\n")
	return s.flush()
}

// flush sends what is buffered and says whether the client still takes it.
// The server's limit on the whole answer gives way to one on each write.
func (s *stream) flush() bool {
	defer s.buf.Reset()
	if err := s.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return false
	}
	_, err := s.w.Write(s.buf.Bytes())
	return errors.Join(err, s.control.Flush()) == nil
}
