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

type acceptedBody struct {
	CaseNumber string    `json:"case_number"`
	Receipt    string    `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	Unit       unitBody  `json:"unit"`
}

type unitBody struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Report takes a report.
func (a *API) Report(c *gin.Context) {
	key, err := input.Key(c.Request, true)
	if err != nil {
		a.Fail(c, err)
		return
	}
	var s input.Submission
	if err := read(c, &s); err != nil {
		a.Fail(c, err)
		return
	}
	s = s.Normalised()
	if fields := a.checker.Check(s); fields != nil {
		a.Fail(c, httpd.Invalid(fields...))
		return
	}
	accepted, err := a.counter.Accept(c.Request.Context(), key, s)
	if err != nil {
		a.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, fromAccepted(accepted, language(c)))
}

func fromAccepted(a counter.Accepted, lang string) acceptedBody {
	return acceptedBody{
		CaseNumber: a.CaseNumber, Receipt: a.Receipt.Reveal(), ReceivedAt: a.ReceivedAt,
		Unit: fromUnit(a.Unit, lang),
	}
}

func fromUnit(u jurisdiction.Unit, lang string) unitBody {
	return unitBody{Code: u.Code, Name: u.Name.In(lang)}
}
