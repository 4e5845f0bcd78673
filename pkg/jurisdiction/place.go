package jurisdiction

// District is an administrative area: a rural district, a town or a city of
// the province.
type District struct {
	Code  string // official code
	Name  Text
	Plain string // Plain of the Vietnamese name
	Unit  string // code of the unit that serves it; it has a queue
}

// Commune is the smallest administrative area: a ward, a commune or a
// township.
type Commune struct {
	Code     string // official code
	Name     Text
	Plain    string // Plain of the Vietnamese name
	District string // code of its district
	Unit     string // code of the unit of its district
}
