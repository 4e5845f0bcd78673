package jurisdiction

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// check notes everything that is wrong with the data. What refers to a file
// that could not be read is not judged: the file's own finding says enough.
func (d data) check(f *findings) {
	units, districts := codes(d.units, unitsFile, f), codes(d.districts, districtsFile, f)
	codes(d.communes, communesFile, f)
	codes(d.categories, categoriesFile, f)
	d.checkHead(units, f)
	d.checkUnits(units, districts, f)
	for _, r := range d.districts {
		checkText(f, districtsFile, r.Code, "name", r.Name)
		switch u, ok := units[r.Unit]; {
		case units == nil:
		case r.Unit == "":
			f.add(districtsFile, r.Code, "has no unit")
		case !ok:
			f.add(districtsFile, r.Code, "unknown unit %q", r.Unit)
		case !u.unit().HasQueue():
			f.add(districtsFile, r.Code, "unit %q has no queue", r.Unit)
		}
	}
	for _, r := range d.communes {
		checkText(f, communesFile, r.Code, "name", r.Name)
		switch _, ok := districts[r.District]; {
		case districts == nil:
		case r.District == "":
			f.add(communesFile, r.Code, "has no district")
		case !ok:
			f.add(communesFile, r.Code, "unknown district %q", r.District)
		}
	}
	d.checkCategories(units, f)
}

// codes indexes the records of a file, nil if there are none, and notes codes
// that are missing or stand there twice.
func codes[R record](records []R, file string, f *findings) map[string]R {
	if len(records) == 0 {
		return nil
	}
	known := make(map[string]R, len(records))
	for i, r := range records {
		code := r.key()
		if code == "" {
			f.add(file, "", "record %d has no code", i+1)
			continue
		}
		if _, ok := known[code]; ok {
			f.add(file, code, "duplicate code")
			continue
		}
		known[code] = r
	}
	return known
}

var (
	prefixForm   = regexp.MustCompile(`^[A-Z]{1,4}$`)
	categoryForm = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
)

func (d data) checkHead(units map[string]unitRecord, f *findings) {
	h := d.head
	if h == nil {
		return
	}
	if h.Format != Format {
		f.add(headFile, "", "unknown format version %d, this program reads %d", h.Format, Format)
	}
	if h.Version == "" {
		f.add(headFile, "", "has no version")
	}
	checkText(f, headFile, "", "name", h.Name)
	if !prefixForm.MatchString(h.Prefix) {
		f.add(headFile, "", "prefix %q is not one to four capital letters", h.Prefix)
	}
	if _, err := time.LoadLocation(h.Timezone); err != nil || h.Timezone == "" {
		f.add(headFile, "", "unknown time zone %q", h.Timezone)
	}
	if u, ok := units[h.Province]; units != nil && (!ok || u.Kind != KindProvince) {
		f.add(headFile, "", "province %q is not a unit of kind %s", h.Province, KindProvince)
	}
}

func (d data) checkCategories(units map[string]unitRecord, f *findings) {
	for _, r := range d.categories {
		checkText(f, categoriesFile, r.Code, "name", r.Name)
		checkText(f, categoriesFile, r.Code, "help", r.Help)
		checkText(f, categoriesFile, r.Code, "example", r.Example)
		if r.Code != "" && !categoryForm.MatchString(r.Code) {
			f.add(categoriesFile, r.Code, "code is not in lower snake case")
		}
		if !slices.Contains([]string{"", "113", "114", "115"}, r.Emergency) {
			f.add(categoriesFile, r.Code, "unknown emergency number %q", r.Emergency)
		}
		switch u, ok := units[r.Unit]; {
		case units == nil || r.Unit == "":
		case !ok:
			f.add(categoriesFile, r.Code, "unknown unit %q", r.Unit)
		case !u.unit().HasQueue():
			f.add(categoriesFile, r.Code, "unit %q has no queue", r.Unit)
		}
	}
}

// checkText notes a text that lacks a language or is not in the composed form
// (NFC), in which equal names are equal strings.
func checkText(f *findings, file, code, field string, t Text) {
	for _, in := range [...]struct{ language, text string }{{"vi", t.Vi}, {"en", t.En}} {
		switch {
		case strings.TrimSpace(in.text) == "":
			f.add(file, code, "%s (%s) is empty", field, in.language)
		case !norm.NFC.IsNormalString(in.text):
			f.add(file, code, "%s (%s) is not in NFC", field, in.language)
		}
	}
}
