package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

type catalogueDoc struct {
	Jurisdiction jurisdictionDoc  `json:"jurisdiction"`
	Units        []unitDoc        `json:"units"`
	Districts    []districtDoc    `json:"districts"`
	Communes     []communeDoc     `json:"communes"`
	Categories   []categoryDoc    `json:"categories"`
	Outcomes     []report.Outcome `json:"outcomes"`
}

type jurisdictionDoc struct {
	Name    jurisdiction.Text `json:"name"`
	Version string            `json:"version"`
	Prefix  string            `json:"prefix"`
}

type unitDoc struct {
	Code   string            `json:"code"`
	Kind   jurisdiction.Kind `json:"kind"`
	Name   jurisdiction.Text `json:"name"`
	Short  jurisdiction.Text `json:"short"`
	Parent string            `json:"parent"`
	Queue  bool              `json:"queue"`
}

type districtDoc struct {
	Code string            `json:"code"`
	Name jurisdiction.Text `json:"name"`
}

type communeDoc struct {
	Code     string            `json:"code"`
	Name     jurisdiction.Text `json:"name"`
	District string            `json:"district"`
}

type categoryDoc struct {
	Code   string            `json:"code"`
	Name   jurisdiction.Text `json:"name"`
	Urgent bool              `json:"urgent"`
}

// showCatalogue resolves the codes that all other answers use.
func (a *API) showCatalogue(c *gin.Context, _ visitor) error {
	j := a.Jurisdiction
	d := catalogueDoc{
		Jurisdiction: jurisdictionDoc{Name: j.Name(), Version: j.Version(), Prefix: j.Prefix()},
		Outcomes:     report.Outcomes[:],
	}
	for _, u := range j.Units() {
		d.Units = append(d.Units, unitDoc{Code: u.Code, Kind: u.Kind, Name: u.Name, Short: u.Short, Parent: u.Parent, Queue: u.HasQueue()})
	}
	for _, x := range j.Districts() {
		d.Districts = append(d.Districts, districtDoc{Code: x.Code, Name: x.Name})
	}
	for _, x := range j.Communes() {
		d.Communes = append(d.Communes, communeDoc{Code: x.Code, Name: x.Name, District: x.District})
	}
	for _, x := range j.Categories() {
		d.Categories = append(d.Categories, categoryDoc{Code: x.Code, Name: x.Name, Urgent: x.Urgent})
	}
	c.JSON(http.StatusOK, d)
	return nil
}
