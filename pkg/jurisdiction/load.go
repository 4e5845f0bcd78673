package jurisdiction

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"
	_ "time/tzdata" // the time zone must be known on a machine without a zone database
	"unicode/utf8"
)

// The files of a data set.
const (
	headFile       = "jurisdiction.json"
	unitsFile      = "units.json"
	districtsFile  = "districts.json"
	communesFile   = "communes.json"
	categoriesFile = "categories.json"
)

// Format is the version of the files' format that Load reads.
const Format = 1

// Load reads a data set from the folder fsys and checks it. The error joins
// everything that is wrong with the data, each naming the file, the code and
// the fault, so that one attempt shows all there is to mend.
func Load(fsys fs.FS) (*Jurisdiction, error) {
	var d data
	var f findings
	d.head = readHead(fsys, &f)
	d.units = readRecords[unitRecord](fsys, unitsFile, &f)
	d.districts = readRecords[districtRecord](fsys, districtsFile, &f)
	d.communes = readRecords[communeRecord](fsys, communesFile, &f)
	d.categories = readRecords[categoryRecord](fsys, categoriesFile, &f)
	d.check(&f)
	if err := errors.Join(f...); err != nil {
		return nil, fmt.Errorf("jurisdiction: the data set is refused:\n%w", err)
	}
	return d.build()
}

// findings are the faults found so far.
type findings []error

// add notes a fault of the record with a code, or of a whole file if the code
// is empty.
func (f *findings) add(file, code, format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if code != "" {
		err = fmt.Errorf("%s: %w", code, err)
	}
	*f = append(*f, fmt.Errorf("%s: %w", file, err))
}

// readHead returns nil if nothing of the file can be read.
func readHead(fsys fs.FS, f *findings) *headRecord {
	var h headRecord
	raw, err := readFile(fsys, headFile)
	if err == nil {
		err = decode(raw, &h)
	}
	if err != nil {
		f.add(headFile, "", "%w", err)
		if h == (headRecord{}) {
			return nil
		}
	}
	return &h
}

// readRecords reads a file that is one list. It returns nil if the file cannot
// be read at all; a faulty record is noted and kept, as far as it could be
// read, so that nothing that refers to it looks wrong as well.
func readRecords[R record](fsys fs.FS, file string, f *findings) []R {
	raw, err := readFile(fsys, file)
	if err != nil {
		f.add(file, "", "%w", err)
		return nil
	}
	var list []json.RawMessage
	if err := decode(raw, &list); err != nil {
		f.add(file, "", "%w", err)
		return nil
	}
	if len(list) == 0 {
		f.add(file, "", "is empty")
	}
	records := make([]R, len(list))
	for i, item := range list {
		if err := decode(item, &records[i]); err != nil {
			f.add(file, cmp.Or(records[i].key(), fmt.Sprintf("record %d", i+1)), "%w", err)
		}
	}
	return records
}

func readFile(fsys fs.FS, file string) ([]byte, error) {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(raw) { // the decoder would replace the broken bytes silently
		return nil, errors.New("is not UTF-8")
	}
	return raw, nil
}

// decode refuses fields that v does not have and anything after the value.
func decode(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more follows after the end of the data")
	}
	return nil
}

// build makes the jurisdiction of data without findings.
func (d data) build() (*Jurisdiction, error) {
	location, err := time.LoadLocation(d.head.Timezone)
	if err != nil {
		return nil, fmt.Errorf("jurisdiction: %w", err)
	}
	j := &Jurisdiction{name: d.head.Name, version: d.head.Version, prefix: d.head.Prefix, location: location}
	j.units = newTable(convert(d.units, unitRecord.unit), func(u Unit) string { return u.Code })
	j.districts = newTable(convert(d.districts, districtRecord.district), func(x District) string { return x.Code })
	communes := convert(d.communes, func(r communeRecord) Commune {
		district, _ := j.districts.get(r.District)
		return r.commune(district.Unit)
	})
	slices.SortFunc(communes, func(a, b Commune) int {
		return cmp.Or(cmp.Compare(j.districts.at[a.District], j.districts.at[b.District]), cmp.Compare(a.Code, b.Code))
	})
	j.communes = newTable(communes, func(c Commune) string { return c.Code })
	j.categories = newTable(convert(d.categories, categoryRecord.category), func(c Category) string { return c.Code })
	i := slices.IndexFunc(j.units.rows, func(u Unit) bool { return u.Kind == KindDutyDesk })
	j.dutyDesk = j.units.rows[i]
	return j, nil
}

func convert[R, T any](records []R, to func(R) T) []T {
	out := make([]T, len(records))
	for i, r := range records {
		out[i] = to(r)
	}
	return out
}
