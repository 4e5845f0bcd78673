package jurisdiction

// Category is a kind of act or situation that a resident can report. It never
// names a group of people, an opinion or a belief.
type Category struct {
	Code      string // lower snake case, as in missing_person
	Name      Text
	Help      Text   // what belongs here, in plain words
	Example   Text   // how a report of it may begin
	Urgent    bool   // somebody may be in danger: goes before other reports
	Emergency string // number to call first: 113, 114, 115, or empty
	Unit      string // unit that takes these wherever they happened; empty: the place decides
}
