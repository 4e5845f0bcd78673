package jurisdiction

// Kind says what a unit is.
type Kind string

// The kinds of units.
const (
	KindProvince Kind = "province"  // the provincial police as a whole
	KindDistrict Kind = "district"  // the police of one district
	KindDutyDesk Kind = "duty_desk" // takes what no other unit can be found for
)

// Unit is an organisation of the police. Units form a tree.
type Unit struct {
	Code   string
	Parent string // code of the unit above; empty at the top
	Kind   Kind
	Name   Text
	Short  Text // for tables and narrow screens

	District string // code of the district it serves; empty if none in particular
	Phone    string // empty if not published
	Address  string // empty if not published

	From      string // first day of its validity, as in 2021-01-01
	Until     string // last day of its validity; empty: still valid
	Successor string // code of the unit that took over; empty if none
}

// HasQueue says that reports can be put into the unit's hands.
func (u Unit) HasQueue() bool { return u.Kind == KindDistrict || u.Kind == KindDutyDesk }
