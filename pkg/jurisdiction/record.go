package jurisdiction

// data is a data set as it stands in the files.
type data struct {
	head       *headRecord // nil if it could not be read
	units      []unitRecord
	districts  []districtRecord
	communes   []communeRecord
	categories []categoryRecord
}

// record is an entry of a list in a file. Its key is its code.
type record interface{ key() string }

type headRecord struct {
	Format   int    `json:"format"`
	Version  string `json:"version"`
	Name     Text   `json:"name"`
	Prefix   string `json:"prefix"`
	Province string `json:"province"` // code of the unit at the top
	Timezone string `json:"timezone"`
}

type unitRecord struct {
	Code      string `json:"code"`
	Parent    string `json:"parent"`
	Kind      Kind   `json:"kind"`
	Name      Text   `json:"name"`
	Short     Text   `json:"short"`
	District  string `json:"district"`
	Phone     string `json:"phone"`
	Address   string `json:"address"`
	From      string `json:"from"`
	Until     string `json:"until"`
	Successor string `json:"successor"`
}

func (r unitRecord) key() string { return r.Code }

// unit converts the record; the two differ in their tags only.
func (r unitRecord) unit() Unit { return Unit(r) }

type districtRecord struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
	Unit string `json:"unit"`
}

func (r districtRecord) key() string { return r.Code }

func (r districtRecord) district() District {
	return District{Code: r.Code, Name: r.Name, Plain: Plain(r.Name.Vi), Unit: r.Unit}
}

type communeRecord struct {
	Code     string `json:"code"`
	Name     Text   `json:"name"`
	District string `json:"district"`
}

func (r communeRecord) key() string { return r.Code }

func (r communeRecord) commune(unit string) Commune {
	return Commune{Code: r.Code, Name: r.Name, Plain: Plain(r.Name.Vi), District: r.District, Unit: unit}
}

type categoryRecord struct {
	Code      string `json:"code"`
	Name      Text   `json:"name"`
	Help      Text   `json:"help"`
	Example   Text   `json:"example"`
	Urgent    bool   `json:"urgent"`
	Emergency string `json:"emergency"`
	Unit      string `json:"unit"`
}

func (r categoryRecord) key() string { return r.Code }

// category converts the record; the two differ in their tags only.
func (r categoryRecord) category() Category { return Category(r) }
