package doctor_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/phananh/portal/services/portal/internal/doctor"
)

// expect finds the finding of a name and compares its level and a part of what
// it says. An empty level means that there must be none.
func expect(t *testing.T, all []doctor.Finding, name string, level doctor.Level, part string) {
	t.Helper()
	for _, f := range all {
		if f.Name != name {
			continue
		}
		if f.Level != level || !strings.Contains(f.Found, part) {
			t.Errorf("%s is %+v, want %q with %q", name, f, level, part)
		}
		if f.Level == doctor.Problem && f.Do == "" {
			t.Errorf("%s does not say what to do", name)
		}
		return
	}
	if level != "" {
		t.Errorf("nothing is said of %s", name)
	}
}

func found(levels ...doctor.Level) []doctor.Finding {
	var all []doctor.Finding
	for _, l := range levels {
		all = append(all, doctor.Finding{Area: "MongoDB", Name: "members", Level: l, Found: "2 members with data", Do: "Use three."})
	}
	return all
}

func TestOnlyProblemsStopAScriptUnlessItIsStrict(t *testing.T) {
	for _, c := range []struct {
		level               doctor.Level
		healthy, withStrict bool
	}{
		{doctor.OK, true, true},
		{doctor.Warning, true, false},
		{doctor.NotChecked, true, false},
		{doctor.Problem, false, false},
	} {
		all := found(doctor.OK, c.level)
		if doctor.Healthy(all, false) != c.healthy || doctor.Healthy(all, true) != c.withStrict {
			t.Errorf("%s: %t, strictly %t", c.level, doctor.Healthy(all, false), doctor.Healthy(all, true))
		}
	}
}

func TestTableIsAlignedAndWrapped(t *testing.T) {
	all := []doctor.Finding{
		{Area: "MongoDB", Name: "deployment", Level: doctor.OK, Found: "replica set rs0, answers in 0.4 ms"},
		{Area: "MongoDB", Name: "members", Level: doctor.Warning, Found: "2 members with data",
			Do: "Use three members that vote and hold data: with fewer, losing one stops every write, or leaves one copy."},
		{Area: "NATS", Name: "sync to disk", Level: doctor.NotChecked, Found: "an ordinary client cannot ask for it"},
	}
	want := `MongoDB
  ok           deployment    replica set rs0, answers in 0.4 ms
  warning      members       2 members with data
                             → Use three members that vote and hold data: with fewer, losing one stops every
                               write, or leaves one copy.

NATS
  not checked  sync to disk  an ordinary client cannot ask for it

3 checks: 1 ok, 1 warning, 1 not checked.
`
	var got bytes.Buffer
	if err := doctor.PrintTable(&got, all); err != nil || got.String() != want {
		t.Errorf("%v\n%s", err, &got)
	}
}

func TestJSONIsForScripts(t *testing.T) {
	var out bytes.Buffer
	if err := doctor.PrintJSON(&out, found(doctor.OK, doctor.Warning), true); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Healthy  bool
		Counts   map[string]int
		Findings []map[string]string
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Healthy || got.Counts["warning"] != 1 || len(got.Findings) != 2 || got.Findings[1]["do"] != "Use three." {
		t.Errorf("%s", &out)
	}
}
