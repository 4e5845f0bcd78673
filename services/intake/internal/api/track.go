package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

type viewBody struct {
	CaseNumber string        `json:"case_number"`
	Damaged    bool          `json:"damaged,omitempty"`
	Category   *string       `json:"category"`
	Status     string        `json:"status"`
	Unit       *unitBody     `json:"unit"`
	ReceivedAt *time.Time    `json:"received_at"`
	UpdatedAt  *time.Time    `json:"updated_at"`
	Outcome    *string       `json:"outcome"`
	Timeline   []eventBody   `json:"timeline"`
	Messages   []messageBody `json:"messages"`
}

type eventBody struct {
	At      *time.Time `json:"at"`
	Type    string     `json:"type"`
	Unit    *unitBody  `json:"unit,omitempty"`
	Outcome string     `json:"outcome,omitempty"`
}

type messageBody struct {
	At   time.Time `json:"at"`
	From string    `json:"from"`
	Text string    `json:"text"`
}

// Track shows how a case stands.
func (a *API) Track(c *gin.Context) {
	var q input.Lookup
	if err := read(c, &q); err != nil {
		a.Fail(c, err)
		return
	}
	if fields := a.checker.Check(q); fields != nil {
		a.Fail(c, httpd.Invalid(fields...))
		return
	}
	receipt, err := input.Receipt(q.Receipt)
	if err != nil {
		a.Fail(c, err)
		return
	}
	view, err := a.counter.Track(c.Request.Context(), receipt)
	if err != nil {
		a.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, fromView(view, language(c)))
}

func fromView(v counter.View, lang string) viewBody {
	body := viewBody{
		CaseNumber: v.CaseNumber, Damaged: v.Damage.Any(), Status: string(v.Status), Unit: maybeUnit(v.Unit, lang),
		ReceivedAt: maybeTime(v.ReceivedAt), UpdatedAt: maybeTime(v.UpdatedAt),
		Timeline: make([]eventBody, len(v.Timeline)), Messages: make([]messageBody, len(v.Messages)),
	}
	if v.Category != "" {
		body.Category = new(v.Category)
	}
	if v.Outcome != "" {
		body.Outcome = new(string(v.Outcome))
	}
	for i, e := range v.Timeline {
		body.Timeline[i] = eventBody{
			At: maybeTime(e.At), Type: string(e.Type), Unit: maybeUnit(e.Unit, lang), Outcome: string(e.Outcome),
		}
	}
	for i, m := range v.Messages {
		from := "resident"
		if m.FromPolice {
			from = "police"
		}
		body.Messages[i] = messageBody{At: m.At, From: from, Text: m.Text}
	}
	return body
}

func maybeUnit(u *jurisdiction.Unit, lang string) *unitBody {
	if u == nil {
		return nil
	}
	return new(fromUnit(*u, lang))
}

// maybeTime is nil for a time that could not be salvaged.
func maybeTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
