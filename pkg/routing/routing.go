// Package routing decides which unit gets a report. It is pure: evidence in,
// a unit and the explanation out.
//
// Rather than guess it hands a report to the duty desk, where a human decides,
// together with what spoke for another unit.
package routing

import (
	"slices"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

// The rules by which a unit can be found.
const (
	RuleCategory = "category"  // the unit that takes all of the category
	RuleCommune  = "commune"   // the unit of the commune
	RuleDistrict = "district"  // the unit of the district
	RuleDutyDesk = "duty_desk" // no unit can be found for certain
)

// How the place was understood.
const (
	MethodChosen = "chosen" // the resident chose it from the list
	MethodNone   = "none"   // it was not, or did not matter
)

// Why a report goes to the duty desk.
const (
	ReasonNoCommune        = "no_commune"                // neither commune nor district is given
	ReasonUnknownCommune   = "unknown_commune"           // the commune's code does not exist
	ReasonUnknownDistrict  = "unknown_district"          // the district's code does not exist
	ReasonCommuneElsewhere = "commune_district_disagree" // the commune lies in another district
)

// Input is what a report says about itself. Every part may be empty.
type Input struct {
	Category  string        // code
	District  string        // official code
	Commune   string        // official code
	Address   string        // free text
	Narrative string        // free text
	Point     *report.Point // where the resident pointed at
}

// Decision is the unit that gets the report, and why.
type Decision struct {
	Unit         string   // code; the unit has a queue
	Commune      string   // official code, if known
	Rule         string   // one of the rules
	Method       string   // one of the methods
	Confidence   float64  // 0 to 1
	RunnerUp     string   // code of the next best unit, if any
	Reasons      []string // most important first; none if all is plain
	Jurisdiction string   // name and version of the data set
}

// Router decides by the data of one jurisdiction. It is safe for concurrent
// use.
type Router struct {
	jurisdiction *jurisdiction.Jurisdiction
	version      string
	dutyDesk     string
}

// New makes a Router.
func New(j *jurisdiction.Jurisdiction) *Router {
	return &Router{jurisdiction: j, version: j.Version(), dutyDesk: j.DutyDesk().Code}
}

// Decide finds the unit for a report. There is always one: what cannot be
// placed goes to the duty desk.
func (r *Router) Decide(in Input) Decision {
	if c, ok := r.jurisdiction.Category(in.Category); ok && c.Unit != "" {
		return Decision{Unit: c.Unit, Rule: RuleCategory, Method: MethodNone, Confidence: 1, Jurisdiction: r.version}
	}
	commune, communeKnown := r.jurisdiction.Commune(in.Commune)
	district, districtKnown := r.jurisdiction.District(in.District)

	var reasons []string
	if in.Commune != "" && !communeKnown {
		reasons = append(reasons, ReasonUnknownCommune)
	}
	if in.District != "" && !districtKnown {
		reasons = append(reasons, ReasonUnknownDistrict)
	}
	switch {
	case len(reasons) > 0 && communeKnown:
		return r.toDutyDesk(commune.Unit, reasons...)
	case len(reasons) > 0:
		return r.toDutyDesk(district.Unit, reasons...)
	case communeKnown && districtKnown && commune.District != district.Code:
		return r.toDutyDesk(commune.Unit, ReasonCommuneElsewhere)
	case communeKnown:
		return r.chosen(RuleCommune, commune.Unit, commune.Code)
	case districtKnown:
		return r.chosen(RuleDistrict, district.Unit, "")
	}
	return r.toDutyDesk("", ReasonNoCommune)
}

// chosen trusts what the resident chose from the list.
func (r *Router) chosen(rule, unit, commune string) Decision {
	return Decision{
		Unit: unit, Commune: commune, Rule: rule, Method: MethodChosen, Confidence: 1,
		Jurisdiction: r.version,
	}
}

func (r *Router) toDutyDesk(runnerUp string, reasons ...string) Decision {
	return Decision{
		Unit: r.dutyDesk, Rule: RuleDutyDesk, Method: MethodNone, RunnerUp: runnerUp, Reasons: reasons,
		Jurisdiction: r.version,
	}
}

// Evidence is the decision as a routed action records it.
func (d Decision) Evidence() *report.Evidence {
	return &report.Evidence{
		Rule: d.Rule, Method: d.Method, Commune: d.Commune, Confidence: d.Confidence,
		RunnerUp: d.RunnerUp, Reasons: slices.Clone(d.Reasons), Jurisdiction: d.Jurisdiction,
	}
}
