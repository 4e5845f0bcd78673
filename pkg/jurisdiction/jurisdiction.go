// Package jurisdiction holds the data set that says which units, districts,
// communes and categories exist. Units are data, and dated: another province,
// or the same one after a reform, is another folder and never another code
// path.
//
// A data set is checked as a whole when it is loaded and never changes
// afterwards, so a Jurisdiction may be used by any number of goroutines.
package jurisdiction

import (
	"slices"
	"time"
)

// Jurisdiction is a checked data set. All codes that one of its parts refers
// to exist. Slices it returns are the caller's own.
type Jurisdiction struct {
	name            Text
	version, prefix string
	location        *time.Location

	units      table[Unit]
	districts  table[District]
	communes   table[Commune]
	categories table[Category]
	dutyDesk   Unit
}

// Name is the area's name, such as Tỉnh An Giang.
func (j *Jurisdiction) Name() Text { return j.name }

// Version names the data set and its revision, such as angiang-2021/1. It is
// recorded with every decision taken from the data.
func (j *Jurisdiction) Version() string { return j.version }

// Prefix begins every case number, such as AG.
func (j *Jurisdiction) Prefix() string { return j.prefix }

// Location is the time zone in which the area's people live.
func (j *Jurisdiction) Location() *time.Location { return j.location }

// Units lists all units in the data's order.
func (j *Jurisdiction) Units() []Unit { return j.units.all() }

// Unit returns the unit with a code.
func (j *Jurisdiction) Unit(code string) (Unit, bool) { return j.units.get(code) }

// DutyDesk is the unit that takes what no other unit can be found for.
func (j *Jurisdiction) DutyDesk() Unit { return j.dutyDesk }

// Within says that a unit is the ancestor or stands anywhere below it. A code
// that does not exist is within nothing, not even itself.
func (j *Jurisdiction) Within(unit, ancestor string) bool {
	for {
		u, ok := j.units.get(unit)
		if !ok {
			return false
		}
		if u.Code == ancestor {
			return true
		}
		unit = u.Parent
	}
}

// Districts lists all districts in the data's order.
func (j *Jurisdiction) Districts() []District { return j.districts.all() }

// District returns the district with an official code.
func (j *Jurisdiction) District(code string) (District, bool) { return j.districts.get(code) }

// Communes lists all communes, district by district in the order of
// Districts, by code within each.
func (j *Jurisdiction) Communes() []Commune { return j.communes.all() }

// Commune returns the commune with an official code.
func (j *Jurisdiction) Commune(code string) (Commune, bool) { return j.communes.get(code) }

// Categories lists all categories in the order in which they are offered.
func (j *Jurisdiction) Categories() []Category { return j.categories.all() }

// Category returns the category with a code.
func (j *Jurisdiction) Category(code string) (Category, bool) { return j.categories.get(code) }

// table is a list whose rows can be found by code.
type table[T any] struct {
	rows []T
	at   map[string]int
}

func newTable[T any](rows []T, code func(T) string) table[T] {
	t := table[T]{rows, make(map[string]int, len(rows))}
	for i, row := range rows {
		t.at[code(row)] = i
	}
	return t
}

func (t table[T]) all() []T { return slices.Clone(t.rows) }

func (t table[T]) get(code string) (row T, ok bool) {
	i, ok := t.at[code]
	if !ok {
		return row, false
	}
	return t.rows[i], true
}
