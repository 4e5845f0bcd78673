package api

import (
	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

// policy alone decides what an account may see and do, from its role and from
// how its unit stands to the unit that has a case. Officers: the cases of
// their own unit. Supervisors: those of their unit and of all beneath it; at
// the top also those that no unit has yet. Admins: no cases.
type policy struct{ *jurisdiction.Jurisdiction }

// sees says whether an account may know that a case is with a unit. The empty
// unit is that of a case which is not routed yet.
func (p policy) sees(who account.Account, unit string) bool {
	switch who.Role {
	case account.Officer:
		return unit != "" && unit == who.Unit
	case account.Supervisor:
		if unit == "" {
			return p.atTop(who.Unit)
		}
		return p.Within(unit, who.Unit)
	}
	return false
}

// acts says whether an account may do something to a case that is with a
// unit. Whoever sees a case may act on it, so that a supervisor can step in;
// that only its officer replies and resolves is a rule of the case's states.
func (p policy) acts(who account.Account, unit string, _ report.Type) bool { return p.sees(who, unit) }

// oversees says whether an account may know how the whole system stands,
// in numbers that tell nothing about a case: admins, and supervisors at the
// top.
func (p policy) oversees(who account.Account) bool {
	return who.Role == account.Admin || who.Role == account.Supervisor && p.atTop(who.Unit)
}

func (p policy) atTop(unit string) bool {
	u, ok := p.Unit(unit)
	return ok && u.Parent == ""
}

// queues lists the units with a queue that an account may see.
func (p policy) queues(who account.Account) []string { return p.queuesWithin(who, who.Unit) }

func (p policy) queuesWithin(who account.Account, unit string) []string {
	out := []string{}
	for _, u := range p.Units() {
		if u.HasQueue() && p.Within(u.Code, unit) && p.sees(who, u.Code) {
			out = append(out, u.Code)
		}
	}
	return out
}

// scope is the units that an account asks for: all it may see where it names
// none. Nil means all cases, with those that are not routed yet. A unit that
// it may not see is refused, and so is one that does not exist.
func (p policy) scope(who account.Account, unit string) ([]string, error) {
	if unit == "" {
		unit = who.Unit
	}
	if !p.sees(who, unit) {
		return nil, forbidden("foreign_unit")
	}
	if who.Role == account.Supervisor && p.atTop(unit) {
		return nil, nil
	}
	return p.queuesWithin(who, unit), nil
}
