package site

import (
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// stepAnswer asks to store what the resident writes; any other step shows the
// case.
const (
	stepTrack  = "track"
	stepAnswer = "answer"
)

type trackBody struct {
	Receipt, MessageID, Text string
	Errors                   map[string]string
	View                     *counter.View // nil: no case is open
	Category                 string        // its name; empty: not known
	Unanswered               bool          // a message is at hand, though the case cannot be shown
}

// EmptyLookup asks for a receipt.
func (s *Site) EmptyLookup(lang string) gin.HandlerFunc {
	return func(c *gin.Context) { s.showTrack(c, lang, http.StatusOK, trackBody{}, nil, "") }
}

// Lookup shows the case that a receipt belongs to, after storing what the
// resident wrote, if anything. The receipt travels in bodies only.
func (s *Site) Lookup(lang string) gin.HandlerFunc {
	return func(c *gin.Context) {
		values, err := readValues(c.Request)
		if err != nil {
			s.fail(c, lang, err)
			return
		}
		b := trackBody{Receipt: text(values, "receipt"), MessageID: text(values, "message_id"), Text: text(values, "text")}
		if wrong := s.Checker.Check(input.Lookup{Receipt: b.Receipt}); wrong != nil {
			s.showTrack(c, lang, http.StatusUnprocessableEntity, b, wrong, "")
			return
		}
		receipt, err := input.Receipt(b.Receipt)
		if err != nil {
			s.fail(c, lang, err)
			return
		}
		if values.Get("step") == stepAnswer {
			s.answer(c, lang, receipt, b)
			return
		}
		s.open(c, lang, http.StatusOK, receipt, b, nil)
	}
}

// open shows the case with whatever concerns the message that is being written.
func (s *Site) open(c *gin.Context, lang string, status int, receipt report.Receipt, b trackBody, wrong []httpd.Field) {
	view, err := s.Counter.Track(c.Request.Context(), receipt)
	if err != nil {
		s.notOpened(c, lang, b, err, "notice.try_again_track")
		return
	}
	b.View = &view
	s.showTrack(c, lang, status, b, wrong, "")
}

func (s *Site) answer(c *gin.Context, lang string, receipt report.Receipt, b trackBody) {
	m := input.Message{Receipt: b.Receipt, Text: b.Text}.Normalised()
	if wrong := s.Checker.Check(m); wrong != nil {
		s.open(c, lang, http.StatusUnprocessableEntity, receipt, b, wrong)
		return
	}
	if !input.ValidKey(b.MessageID) {
		b.MessageID = ""
	}
	view, err := s.Counter.Answer(c.Request.Context(), receipt, b.MessageID, m.Text)
	if errors.Is(err, counter.ErrTooMany) {
		s.open(c, lang, http.StatusTooManyRequests, receipt, b, []httpd.Field{{Name: "text", Code: "too_many_messages"}})
		return
	}
	if errors.Is(err, counter.ErrUnreadable) {
		_ = c.Error(err) // for the log
		s.open(c, lang, http.StatusInternalServerError, receipt, b, []httpd.Field{{Name: "text", Code: "unreadable"}})
		return
	}
	if err != nil {
		b.Unanswered = true
		s.notOpened(c, lang, b, err, "notice.try_again_answer")
		return
	}
	s.showTrack(c, lang, http.StatusCreated, trackBody{Receipt: b.Receipt, View: &view}, nil, "track.sent")
}

// notOpened keeps what was typed and says why there is no case to see.
func (s *Site) notOpened(c *gin.Context, lang string, b trackBody, err error, notice string) {
	switch {
	case errors.Is(err, counter.ErrUnknownReceipt):
		b.Unanswered = false
		s.showTrack(c, lang, http.StatusNotFound, b, []httpd.Field{{Name: "receipt", Code: "unknown_receipt"}}, "")
	case errors.Is(err, counter.ErrTryAgain):
		_ = c.Error(err)
		c.Header("Retry-After", "2")
		s.showTrack(c, lang, http.StatusServiceUnavailable, b, nil, notice)
	default:
		s.fail(c, lang, err)
	}
}

func (s *Site) showTrack(c *gin.Context, lang string, status int, b trackBody, wrong []httpd.Field, notice string) {
	f := frame{Lang: lang, Page: Track, Title: s.Texts.Text(lang, "track.title"), Scripts: []string{"form.js"}}
	b.Errors, f.Errors = s.explain(lang, wrong)
	if notice != "" {
		f.Notice = s.Texts.Text(lang, notice)
	}
	if b.MessageID == "" {
		b.MessageID = rand.Text()
	}
	if b.View != nil {
		category, _ := s.Jurisdiction.Category(b.View.Category)
		b.Category = category.Name.In(lang)
		f.Keep = &keep{Form: "again", Step: stepTrack}
	}
	f.Body = b
	s.show(c, status, "track", f)
}
