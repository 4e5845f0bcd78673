package api

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/report"
)

type figuresDoc struct {
	Days       int               `json:"days"`
	AsOf       time.Time         `json:"as_of"`
	Since      time.Time         `json:"since"`
	All        lineDoc           `json:"all"`
	ByUnit     []unitLineDoc     `json:"by_unit"`
	ByCategory []categoryLineDoc `json:"by_category"`
}

type lineDoc struct {
	Received int                              `json:"received"`
	Open     int                              `json:"open"`
	Clocks   map[report.Clock]clockFiguresDoc `json:"clocks"`
}

type unitLineDoc struct {
	Unit string `json:"unit"`
	lineDoc
}

type categoryLineDoc struct {
	Category string `json:"category"`
	lineDoc
}

type clockFiguresDoc struct {
	N       int      `json:"n"`
	Running int      `json:"running"`
	P50     *float64 `json:"p50"`
	P90     *float64 `json:"p90"`
	Late    int      `json:"late"`
}

func lineOf(l board.Line) lineDoc {
	d := lineDoc{Received: l.Received, Open: l.Open, Clocks: map[report.Clock]clockFiguresDoc{}}
	for i, clock := range board.Clocks {
		f := l.Clocks[i]
		c := clockFiguresDoc{N: f.N, Running: f.Running, Late: f.Late}
		if f.N > 0 {
			c.P50, c.P90 = new(seconds(f.P50)), new(seconds(f.P90))
		}
		d.Clocks[clock] = c
	}
	return d
}

// showFigures answers with the response times of all units and categories,
// those without any cases included.
func (a *API) showFigures(c *gin.Context, who visitor) error {
	params := query{c: c}
	p, err := a.population(&params, who, "")
	if err != nil {
		return err
	}
	b, err := a.board(c.Request.Context())
	if err != nil {
		return err
	}
	f := b.Figures(p)
	d := figuresDoc{Days: p.Days, AsOf: p.AsOf, Since: p.Since(), All: lineOf(f.All), ByUnit: []unitLineDoc{}, ByCategory: []categoryLineDoc{}}
	for _, unit := range a.policy.queues(who.Account) {
		d.ByUnit = append(d.ByUnit, unitLineDoc{unit, lineOf(f.ByUnit[unit])})
	}
	for _, category := range a.Jurisdiction.Categories() {
		d.ByCategory = append(d.ByCategory, categoryLineDoc{category.Code, lineOf(f.ByCategory[category.Code])})
	}
	c.JSON(http.StatusOK, d)
	return nil
}

// population reads which cases the figures are about.
func (a *API) population(params *query, who visitor, unit string) (board.Population, error) {
	days, _ := strconv.Atoi(params.one("days", "30", "7", "90"))
	params.category(a.Jurisdiction)
	if err := params.err(); err != nil {
		return board.Population{}, err
	}
	units, err := a.policy.scope(who.Account, unit)
	if err != nil {
		return board.Population{}, err
	}
	return board.Population{Days: days, AsOf: report.Instant(a.Now()), Units: units, Category: params.c.Query("category")}, nil
}

type figureCaseDoc struct {
	rowDoc
	Elapsed float64 `json:"elapsed"`
}

// figureCases answers with the cases behind a figure.
func (a *API) figureCases(c *gin.Context, who visitor) error {
	params := query{c: c}
	clock := report.Clock(params.one("clock", string(report.ToAcknowledge), string(report.ToReply), string(report.ToResolve)))
	set := board.Set(params.one("set", string(board.SetReceived), string(board.SetOpen), string(board.SetMeasured), string(board.SetRunning), string(board.SetLate)))
	limit := params.limit()
	p, err := a.population(&params, who, c.Query("unit"))
	if err != nil {
		return err
	}
	b, err := a.board(c.Request.Context())
	if err != nil {
		return err
	}
	found, err := b.FigureCases(board.FigureQuery{Population: p, Clock: clock, Set: set, Limit: limit, After: c.Query("cursor")})
	if errors.Is(err, board.ErrCursor) {
		return badCursor()
	}
	if err != nil {
		return err
	}
	cases := make([]figureCaseDoc, len(found.Cases))
	for i, x := range found.Cases {
		cases[i] = figureCaseDoc{a.row(c.Request.Context(), x.Row), seconds(x.Elapsed)}
	}
	c.JSON(http.StatusOK, page(cases, found.Next, found.Total))
	return nil
}
