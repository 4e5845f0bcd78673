package site

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// The steps of a report: what a button of the form asks for.
const (
	stepEdit    = "edit"    // show the form with what it holds
	stepCheck   = "check"   // show the answers to be checked
	stepSend    = "send"    // accept the report
	stepConfirm = "confirm" // show the confirmation again
)

type formBody struct {
	Form         Form
	Errors       map[string]string
	Categories   []jurisdiction.Category
	Districts    []district
	MaxNarrative int
	Limit, Today string
}

type checkBody struct {
	Hidden    []HiddenField
	Rows      []row
	Anonymous bool
}

// row is one answer to be checked.
type row struct {
	Label, Anchor string
	Lines         []string
}

type confirmationBody struct {
	CaseNumber, Receipt string
	Groups              []string // of the receipt
	LastGroup           int
	Unit                jurisdiction.Unit
	DutyDesk            bool
	ReceivedAt          time.Time
}

// EmptyForm shows the form for a new report. The submission's ID is made here,
// so that sending the form twice is known for what it is.
func (s *Site) EmptyForm(lang string) gin.HandlerFunc {
	return func(c *gin.Context) {
		s.showForm(c, lang, http.StatusOK, Form{SubmissionID: rand.Text()}, nil)
	}
}

// Submit takes the form at whatever step it is. Nothing is kept between the
// steps: each page carries all that was filled in.
func (s *Site) Submit(lang string) gin.HandlerFunc {
	return func(c *gin.Context) {
		values, err := readValues(c.Request)
		if err != nil {
			s.fail(c, lang, err)
			return
		}
		step := values.Get("step")
		if step == stepConfirm {
			s.confirmAgain(c, lang, values.Get("receipt"))
			return
		}
		f := NewForm(values)
		// The answer is wanted in the language in which the answers were
		// checked, even if the page is sent in the other one.
		if step != stepSend || !slices.Contains(catalogue.Languages[:], f.Language) {
			f.Language = lang
		}
		fresh := !input.ValidKey(f.SubmissionID)
		if fresh {
			f.SubmissionID = rand.Text()
		}
		if step == stepEdit {
			s.showForm(c, lang, http.StatusOK, f, nil)
			return
		}
		submission, wrong := f.Submission(s.Jurisdiction.Location())
		wrong = append(wrong, s.Checker.Check(submission)...)
		switch {
		case wrong != nil:
			s.showForm(c, lang, http.StatusUnprocessableEntity, f, wrong)
		case step == stepSend && fresh:
			s.showCheck(c, lang, http.StatusUnprocessableEntity, f, submission, "notice.fresh")
		case step == stepSend:
			s.send(c, lang, f, submission)
		default:
			s.showCheck(c, lang, http.StatusOK, f, submission, "")
		}
	}
}

// send accepts the report. Its answer is the confirmation itself rather than a
// way to it, so that loading it again shows the same once more.
func (s *Site) send(c *gin.Context, lang string, f Form, submission input.Submission) {
	accepted, err := s.Counter.Accept(c.Request.Context(), f.SubmissionID, submission)
	switch {
	case errors.Is(err, counter.ErrTryAgain), errors.Is(err, counter.ErrInFlight):
		_ = c.Error(err)
		c.Header("Retry-After", "2")
		s.showCheck(c, lang, http.StatusServiceUnavailable, f, submission, "notice.try_again")
	case errors.Is(err, counter.ErrKeyReused):
		f.SubmissionID = rand.Text()
		s.showCheck(c, lang, http.StatusUnprocessableEntity, f, submission, "notice.key_reused")
	case err != nil:
		s.fail(c, lang, err)
	default:
		s.showConfirmation(c, lang, http.StatusCreated, accepted)
	}
}

// confirmAgain shows the confirmation in the other language.
func (s *Site) confirmAgain(c *gin.Context, lang, text string) {
	receipt, err := input.Receipt(text)
	if err != nil {
		s.fail(c, lang, err)
		return
	}
	accepted, err := s.Counter.Confirm(c.Request.Context(), receipt)
	switch {
	case errors.Is(err, counter.ErrUnknownReceipt):
		s.fail(c, lang, &httpd.Problem{Status: http.StatusNotFound, Code: "unknown_receipt"})
	case errors.Is(err, counter.ErrTryAgain):
		s.fail(c, lang, &httpd.Problem{Status: http.StatusServiceUnavailable, Code: "try_again", RetryAfter: 2, Cause: err})
	case err != nil:
		s.fail(c, lang, err)
	default:
		s.showConfirmation(c, lang, http.StatusOK, accepted)
	}
}

func (s *Site) showForm(c *gin.Context, lang string, status int, f Form, wrong []httpd.Field) {
	texts, summary := s.explain(lang, wrong)
	if texts["point"] != "" {
		f.Lat, f.Lon, f.Accuracy = "", "", ""
	}
	s.show(c, status, "form", frame{
		Lang: lang, Page: Report, Title: s.Texts.Text(lang, "form.title"), Errors: summary,
		Keep:    &keep{Form: "report", Step: stepEdit, Implicit: stepCheck},
		Scripts: []string{"form.js", "place.js", "point.js"},
		Body: formBody{
			Form: f, Errors: texts, Categories: s.Jurisdiction.Categories(), Districts: s.places,
			MaxNarrative: report.MaxNarrative, Limit: thousands(report.MaxNarrative, lang),
			Today: s.Counter.Now().In(s.Jurisdiction.Location()).Format(time.DateOnly),
		},
	})
}

func (s *Site) showCheck(c *gin.Context, lang string, status int, f Form, submission input.Submission, notice string) {
	fr := frame{
		Lang: lang, Page: Report, Title: s.Texts.Text(lang, "check.title"),
		Keep: &keep{Form: "report", Step: stepCheck}, Scripts: []string{"form.js"},
		Body: checkBody{
			Hidden: f.Hidden(), Rows: s.rows(lang, submission),
			Anonymous: submission.Contact == input.Contact{},
		},
	}
	if notice != "" {
		fr.Notice = s.Texts.Text(lang, notice)
	}
	s.show(c, status, "check", fr)
}

func (s *Site) showConfirmation(c *gin.Context, lang string, status int, a counter.Accepted) {
	receipt := a.Receipt.Reveal()
	s.show(c, status, "confirmation", frame{
		Lang: lang, Page: Report, Title: s.Texts.Text(lang, "confirmation.title"),
		Keep: &keep{Form: "again", Step: stepConfirm}, Scripts: []string{"receipt.js"},
		Body: confirmationBody{
			CaseNumber: a.CaseNumber, Receipt: receipt, Groups: strings.Split(receipt, "-"), LastGroup: strings.Count(receipt, "-"),
			Unit: a.Unit, DutyDesk: a.Unit.Kind == jurisdiction.KindDutyDesk, ReceivedAt: a.ReceivedAt,
		},
	})
}

// thousands writes a number below a million as a language does.
func thousands(n int, lang string) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	mark := "."
	if lang == "en" {
		mark = ","
	}
	tail := strconv.Itoa(1000 + n%1000)
	return strconv.Itoa(n/1000) + mark + tail[1:]
}
