package jurisdiction_test

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/phananh/portal/pkg/jurisdiction"
)

// folder is a copy of the built-in data that a test may damage.
func folder(t *testing.T) fstest.MapFS {
	t.Helper()
	source := os.DirFS("angiang-2021")
	names, err := fs.Glob(source, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, name := range names {
		raw, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: raw}
	}
	return out
}

// damage replaces the first occurrence of a text in a file.
type damage struct{ file, from, to string }

func (d damage) apply(t *testing.T, data fstest.MapFS) {
	t.Helper()
	file := data[d.file]
	if !bytes.Contains(file.Data, []byte(d.from)) {
		t.Fatalf("%s does not contain %s", d.file, d.from)
	}
	file.Data = bytes.Replace(file.Data, []byte(d.from), []byte(d.to), 1)
}

// refusal is what Load says to the data, without its headline.
func refusal(t *testing.T, data fs.FS) []string {
	t.Helper()
	j, err := jurisdiction.Load(data)
	if err == nil || j != nil {
		t.Fatalf("the data were accepted: %v", err)
	}
	return strings.Split(err.Error(), "\n")[1:]
}

func TestLoadRefusesDamagedDataAndSaysWhichAndWhy(t *testing.T) {
	for name, test := range map[string]struct {
		damage
		want string
	}{
		"duplicate unit":     {damage{"units.json", `"code": "884"`, `"code": "883"`}, `units.json: 883: duplicate code`},
		"duplicate district": {damage{"districts.json", `"code": "884"`, `"code": "883"`}, `districts.json: 883: duplicate code`},
		"duplicate commune":  {damage{"communes.json", `"code": "30283"`, `"code": "30280"`}, `communes.json: 30280: duplicate code`},
		"duplicate category": {damage{"categories.json", `"code": "robbery"`, `"code": "theft"`}, `categories.json: theft: duplicate code`},
		"no code":            {damage{"communes.json", `"code": "30283"`, `"code": ""`}, `communes.json: record 2 has no code`},

		"commune without district":       {damage{"communes.json", `, "district": "883"`, ``}, `communes.json: 30280: has no district`},
		"commune in unknown district":    {damage{"communes.json", `"district": "883"`, `"district": "999"`}, `communes.json: 30280: unknown district "999"`},
		"district without unit":          {damage{"districts.json", `, "unit": "883"`, ``}, `districts.json: 883: has no unit`},
		"district with unknown unit":     {damage{"districts.json", `"unit": "883"`, `"unit": "999"`}, `districts.json: 883: unknown unit "999"`},
		"district with queueless unit":   {damage{"districts.json", `"unit": "883"`, `"unit": "89"`}, `districts.json: 883: unit "89" has no queue`},
		"unit with unknown parent":       {damage{"units.json", `"883", "parent": "89"`, `"883", "parent": "98"`}, `units.json: 883: unknown parent "98"`},
		"unit with unknown successor":    {damage{"units.json", `"883", "parent"`, `"883", "successor": "98", "parent"`}, `units.json: 883: unknown successor "98"`},
		"unit of an unknown district":    {damage{"units.json", `"district": "883"`, `"district": "999"`}, `units.json: 883: unknown district "999"`},
		"unit of an unknown kind":        {damage{"units.json", `"kind": "district"`, `"kind": "office"`}, `units.json: 883: unknown kind "office"`},
		"unit that is its own parent":    {damage{"units.json", `"883", "parent": "89"`, `"883", "parent": "883"`}, `units.json: 883: parent cycle`},
		"unit that is its own successor": {damage{"units.json", `"883", "parent"`, `"883", "successor": "883", "parent"`}, `units.json: 883: successor cycle`},
		"parents in a circle":            {damage{"units.json", `"code": "89", "kind"`, `"code": "89", "parent": "883", "kind"`}, `units.json: 89: parent cycle`},
		"no duty desk":                   {damage{"units.json", `"duty_desk"`, `"district"`}, `units.json: no duty desk`},
		"several duty desks":             {damage{"units.json", `"kind": "district"`, `"kind": "duty_desk"`}, `units.json: several duty desks: 89-TB, 883`},

		"empty name":              {damage{"communes.json", `"vi": "Phường Mỹ Bình"`, `"vi": ""`}, `communes.json: 30280: name (vi) is empty`},
		"blank name":              {damage{"units.json", `"Long Xuyên Police"`, `"  "`}, `units.json: 883: short (en) is empty`},
		"missing name":            {damage{"districts.json", `, "en": "Long Xuyên City"`, ``}, `districts.json: 883: name (en) is empty`},
		"name not NFC":            {damage{"communes.json", `"vi": "Phường Mỹ Bình"`, `"vi": "Phường My\u0303 Bình"`}, `communes.json: 30280: name (vi) is not in NFC`},
		"help not NFC":            {damage{"categories.json", "ở nhà", "ơ\u0309 nhà"}, `categories.json: theft: help (vi) is not in NFC`},
		"category not snake case": {damage{"categories.json", `"missing_person"`, `"Missing-Person"`}, `categories.json: Missing-Person: code is not in lower snake case`},
		"unknown emergency":       {damage{"categories.json", `"113"`, `"911"`}, `categories.json: robbery: unknown emergency number "911"`},

		"category of an unknown unit":  {damage{"categories.json", `"unit": "89-TB"`, `"unit": "99"`}, `categories.json: police_conduct: unknown unit "99"`},
		"category of a queueless unit": {damage{"categories.json", `"unit": "89-TB"`, `"unit": "89"`}, `categories.json: police_conduct: unit "89" has no queue`},

		"no date":              {damage{"units.json", `, "from": "2021-01-01"`, ``}, `units.json: 89: from: invalid date ""`},
		"invalid date":         {damage{"units.json", `"2021-01-01"`, `"2021-02-30"`}, `units.json: 89: from: invalid date "2021-02-30"`},
		"invalid end":          {damage{"units.json", `"2021-01-01"`, `"2021-01-01", "until": "1.3.2025"`}, `units.json: 89: until: invalid date "1.3.2025"`},
		"end before beginning": {damage{"units.json", `"2021-01-01"`, `"2021-01-01", "until": "2020-12-31"`}, `units.json: 89: validity ends on 2020-12-31 before it begins on 2021-01-01`},

		"unknown format":      {damage{"jurisdiction.json", `"format": 1`, `"format": 2`}, `jurisdiction.json: unknown format version 2, this program reads 1`},
		"no format":           {damage{"jurisdiction.json", `"format": 1,`, ``}, `jurisdiction.json: unknown format version 0`},
		"no version":          {damage{"jurisdiction.json", `"angiang-2021/1"`, `""`}, `jurisdiction.json: has no version`},
		"bad prefix":          {damage{"jurisdiction.json", `"AG"`, `"A-G"`}, `jurisdiction.json: prefix "A-G" is not`},
		"unknown province":    {damage{"jurisdiction.json", `"province": "89"`, `"province": "98"`}, `jurisdiction.json: province "98" is not a unit`},
		"unknown time zone":   {damage{"jurisdiction.json", `Asia/Ho_Chi_Minh`, `Asia/Nowhere`}, `jurisdiction.json: unknown time zone "Asia/Nowhere"`},
		"unknown field, head": {damage{"jurisdiction.json", `"format"`, `"author": "", "format"`}, `jurisdiction.json: json: unknown field "author"`},
		"unknown field":       {damage{"communes.json", `"district"`, `"area": 1, "district"`}, `communes.json: 30280: json: unknown field "area"`},
		"wrong type":          {damage{"categories.json", `"urgent": false`, `"urgent": "no"`}, `categories.json: theft: json: cannot unmarshal string`},
		"two values":          {damage{"districts.json", `]`, `] []`}, `districts.json: more follows after the end of the data`},
		"broken JSON":         {damage{"districts.json", `]`, ``}, `districts.json: unexpected EOF`},
		"broken UTF-8":        {damage{"districts.json", `Long`, "L\xffng"}, `districts.json: is not UTF-8`},
	} {
		t.Run(name, func(t *testing.T) {
			data := folder(t)
			test.apply(t, data)
			got := refusal(t, data)
			for _, finding := range got {
				if strings.HasPrefix(finding, test.want) {
					return
				}
			}
			t.Errorf("want %q, got:\n%s", test.want, strings.Join(got, "\n"))
		})
	}
}

func TestLoadNamesAMissingOrEmptyFileAndNothingThatFollowsFromIt(t *testing.T) {
	for name := range folder(t) {
		for state, want := range map[string]string{
			"missing": name + ": open " + name + ": file does not exist",
			"empty":   name + ": EOF",
		} {
			data := folder(t)
			data[name].Data = nil
			if state == "missing" {
				delete(data, name)
			}
			if got := refusal(t, data); len(got) != 1 || got[0] != want {
				t.Errorf("%s %s: want %q, got %q", state, name, want, got)
			}
		}
	}
}

func TestLoadShowsAllFindingsAtOnce(t *testing.T) {
	data := folder(t)
	var want []string
	for _, d := range []struct {
		damage
		want string
	}{
		{damage{"jurisdiction.json", `"format": 1`, `"format": 2`}, `jurisdiction.json: unknown format version 2, this program reads 1`},
		{damage{"units.json", `"2021-01-01"`, `"soon"`}, `units.json: 89: from: invalid date "soon"`},
		{damage{"districts.json", `"unit": "884"`, `"unit": "999"`}, `districts.json: 884: unknown unit "999"`},
		{damage{"communes.json", `"district": "883"`, `"district": "999"`}, `communes.json: 30280: unknown district "999"`},
		{damage{"communes.json", `"vi": "Phường Mỹ Long"`, `"vi": ""`}, `communes.json: 30283: name (vi) is empty`},
		{damage{"categories.json", `"code": "robbery"`, `"code": "theft"`}, `categories.json: theft: duplicate code`},
	} {
		d.apply(t, data)
		want = append(want, d.want)
	}
	got := refusal(t, data)
	for _, w := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+w+"\n") {
			t.Errorf("missing %q", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d findings, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
}
