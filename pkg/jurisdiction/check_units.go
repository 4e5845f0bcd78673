package jurisdiction

import (
	"slices"
	"strings"
	"time"
)

func (d data) checkUnits(units map[string]unitRecord, districts map[string]districtRecord, f *findings) {
	if units == nil {
		return
	}
	var desks []string
	for _, r := range d.units {
		checkText(f, unitsFile, r.Code, "name", r.Name)
		checkText(f, unitsFile, r.Code, "short", r.Short)
		if !slices.Contains([]Kind{KindProvince, KindDistrict, KindDutyDesk}, r.Kind) {
			f.add(unitsFile, r.Code, "unknown kind %q", r.Kind)
		}
		if r.Kind == KindDutyDesk {
			desks = append(desks, r.Code)
		}
		if _, ok := districts[r.District]; districts != nil && r.District != "" && !ok {
			f.add(unitsFile, r.Code, "unknown district %q", r.District)
		}
		checkLink(f, units, r, "parent", func(r unitRecord) string { return r.Parent })
		checkLink(f, units, r, "successor", func(r unitRecord) string { return r.Successor })
		checkValidity(f, r)
	}
	switch len(desks) {
	case 0:
		f.add(unitsFile, "", "no duty desk: nobody would take what cannot be placed")
	case 1:
	default:
		f.add(unitsFile, "", "several duty desks: %s", strings.Join(desks, ", "))
	}
}

// checkLink follows one kind of link from a unit to others. It notes a link to
// a unit that does not exist, and one that leads back to where it began.
func checkLink(f *findings, units map[string]unitRecord, r unitRecord, name string, link func(unitRecord) string) {
	to := link(r)
	if to == "" {
		return
	}
	if _, ok := units[to]; !ok {
		f.add(unitsFile, r.Code, "unknown %s %q", name, to)
		return
	}
	// A walk that is longer than there are units runs in a circle further up,
	// which is noted at the units that form it.
	for range units {
		if to == r.Code {
			f.add(unitsFile, r.Code, "%s cycle", name)
			return
		}
		next, ok := units[to]
		if !ok {
			return
		}
		to = link(next)
	}
}

// checkValidity compares days as texts, which orders them as long as both are
// well-formed.
func checkValidity(f *findings, r unitRecord) {
	day := func(s string) bool {
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	}
	from, until := day(r.From), r.Until == "" || day(r.Until)
	if !from {
		f.add(unitsFile, r.Code, "from: invalid date %q", r.From)
	}
	if !until {
		f.add(unitsFile, r.Code, "until: invalid date %q", r.Until)
	}
	if from && until && r.Until != "" && r.Until < r.From {
		f.add(unitsFile, r.Code, "validity ends on %s before it begins on %s", r.Until, r.From)
	}
}
