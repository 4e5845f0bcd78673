package routing_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/pkg/routing"
)

func angiang(t testing.TB) *jurisdiction.Jurisdiction {
	t.Helper()
	j, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// desk is the decision that leaves a report to the duty desk.
func desk(runnerUp string, reasons ...string) routing.Decision {
	return routing.Decision{
		Unit: "89-TB", Rule: "duty_desk", Method: "none", RunnerUp: runnerUp, Reasons: reasons,
		Jurisdiction: "angiang-2021/1",
	}
}

func TestDecideTrustsWhatWasChosenAndLeavesDoubtToTheDutyDesk(t *testing.T) {
	chosen := func(rule, unit, commune string) routing.Decision {
		return routing.Decision{
			Unit: unit, Commune: commune, Rule: rule, Method: "chosen", Confidence: 1,
			Jurisdiction: "angiang-2021/1",
		}
	}
	router := routing.New(angiang(t))
	for name, test := range map[string]struct {
		in   routing.Input
		want routing.Decision
	}{
		"commune":                             {routing.Input{Commune: "30280"}, chosen("commune", "883", "30280")},
		"commune of the last district":        {routing.Input{Commune: "30727"}, chosen("commune", "894", "30727")},
		"commune in its district":             {routing.Input{Commune: "30280", District: "883"}, chosen("commune", "883", "30280")},
		"district":                            {routing.Input{District: "886"}, chosen("district", "886", "")},
		"commune in another district":         {routing.Input{Commune: "30280", District: "886"}, desk("883", "commune_district_disagree")},
		"unknown commune":                     {routing.Input{Commune: "00001"}, desk("", "unknown_commune")},
		"unknown commune in a known district": {routing.Input{Commune: "00001", District: "886"}, desk("886", "unknown_commune")},
		"unknown district":                    {routing.Input{District: "001"}, desk("", "unknown_district")},
		"known commune in unknown district":   {routing.Input{Commune: "30280", District: "001"}, desk("883", "unknown_district")},
		"both unknown":                        {routing.Input{Commune: "00001", District: "001"}, desk("", "unknown_commune", "unknown_district")},
		"code of a unit as commune":           {routing.Input{Commune: "883"}, desk("", "unknown_commune")},
		"nothing":                             {routing.Input{}, desk("", "no_commune")},
		"texts and a point only": {
			routing.Input{Category: "theft", Address: "chợ Mỹ Bình", Narrative: "…", Point: &report.Point{Lat: 10.38, Lon: 105.43}},
			desk("", "no_commune"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := router.Decide(test.in); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestEveryCommuneGoesToTheUnitOfItsDistrict(t *testing.T) {
	j := angiang(t)
	router := routing.New(j)
	for _, c := range j.Communes() {
		district, _ := j.District(c.District)
		if got := router.Decide(routing.Input{Commune: c.Code}).Unit; got != district.Unit {
			t.Errorf("%s %s goes to %s, want %s", c.Code, c.Name.Vi, got, district.Unit)
		}
	}
}

func TestEveryInputGetsAUnitThatHasAQueue(t *testing.T) {
	j := angiang(t)
	router := routing.New(j)
	var communes, districts []string
	for _, c := range j.Communes() {
		communes = append(communes, c.Code)
	}
	for _, d := range j.Districts() {
		districts = append(districts, d.Code)
	}
	code := func(known []string) *rapid.Generator[string] {
		return rapid.OneOf(rapid.SampledFrom(known), rapid.Just(""), rapid.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		in := routing.Input{
			Category:  rapid.String().Draw(t, "category"),
			District:  code(districts).Draw(t, "district"),
			Commune:   code(communes).Draw(t, "commune"),
			Address:   rapid.String().Draw(t, "address"),
			Narrative: rapid.String().Draw(t, "narrative"),
		}
		if rapid.Bool().Draw(t, "pointed") {
			in.Point = &report.Point{Lat: rapid.Float64().Draw(t, "lat"), Lon: rapid.Float64().Draw(t, "lon")}
		}
		d := router.Decide(in)
		unit, ok := j.Unit(d.Unit)
		if !ok || !unit.HasQueue() {
			t.Fatalf("unit %q has no queue", d.Unit)
		}
		if (d.Rule == routing.RuleDutyDesk) != (len(d.Reasons) > 0) || (d.Rule == routing.RuleDutyDesk) != (d.Confidence == 0) {
			t.Fatalf("the duty desk and nobody else needs a reason: %+v", d)
		}
		if d.RunnerUp == d.Unit {
			t.Fatalf("the runner-up is the winner: %+v", d)
		}
		if again := router.Decide(in); !reflect.DeepEqual(d, again) {
			t.Fatalf("the same input was decided differently: %+v, then %+v", d, again)
		}
	})
}

func TestEvidenceTellsTheWholeDecisionAndStandsAlone(t *testing.T) {
	decision := desk("883", "commune_district_disagree")
	got := decision.Evidence()
	want := &report.Evidence{
		Rule: "duty_desk", Method: "none", RunnerUp: "883", Reasons: []string{"commune_district_disagree"},
		Jurisdiction: "angiang-2021/1",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	decision.Reasons[0] = "changed"
	if got.Reasons[0] != "commune_district_disagree" {
		t.Error("the evidence changed with the decision")
	}
}

func BenchmarkDecide(b *testing.B) {
	router := routing.New(angiang(b))
	for name, in := range map[string]routing.Input{
		"commune":  {Commune: "30280", District: "883"},
		"dutyDesk": {Commune: "30280", District: "886"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				router.Decide(in)
			}
		})
	}
}

// A report about the police of a district must not land on their own desks.
func TestReportsAboutPoliceBypassTheDistrict(t *testing.T) {
	j, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	d := routing.New(j).Decide(routing.Input{Category: "police_conduct", District: "883", Commune: "30280"})
	if d.Unit != j.DutyDesk().Code || d.Rule != routing.RuleCategory || d.RunnerUp != "" {
		t.Errorf("%+v", d)
	}
}
