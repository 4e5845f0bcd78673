package plan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/stories"
)

// province is one with 11 districts of 7 communes and 16 categories.
func province(t *testing.T) (*stories.Library, api.Lists) {
	t.Helper()
	library, err := stories.Load()
	if err != nil {
		t.Fatal(err)
	}
	var l api.Lists
	for _, code := range library.Categories() {
		l.Categories = append(l.Categories, api.Category{Code: code})
	}
	for _, s := range seats() {
		l.Districts = append(l.Districts, api.District{Code: s.district, Name: api.Text{Vietnamese: "Huyện " + s.district}})
		l.Communes = append(l.Communes, api.Commune{Code: s.commune, District: s.district, Name: api.Text{Vietnamese: "Phường " + s.commune}})
		for n := range 6 {
			code := fmt.Sprintf("%s-%d", s.district, n)
			l.Communes = append(l.Communes, api.Commune{Code: code, District: s.district, Name: api.Text{Vietnamese: "Xã " + code}})
		}
	}
	return library, l
}

func planned(t *testing.T, n int, seed uint64) []api.Report {
	t.Helper()
	library, lists := province(t)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	reports, err := New(library, lists, now, rand.New(rand.NewPCG(seed, seed))).Reports(n)
	if err != nil {
		t.Fatal(err)
	}
	return reports
}

func TestTwoHundredReportsShowEverything(t *testing.T) {
	_, lists := province(t)
	districtOf := map[string]string{}
	for _, c := range lists.Communes {
		districtOf[c.Code] = c.District
	}
	for seed := range uint64(20) {
		count := map[string]int{}
		narratives := map[string]bool{}
		for _, r := range planned(t, 200, seed) {
			narratives[r.Narrative] = true
			count["category "+r.Category]++
			count["language "+r.Language]++
			switch p := r.Place; {
			case p.Unknown:
				count["unknown"]++
			case p.Commune != "":
				count["district "+districtOf[p.Commune]]++
				if p.Point != nil {
					count["point"]++
				}
			case p.District != "":
				count["district only"]++
			case p.Address != "":
				count["address only"]++
			default:
				t.Fatalf("no place: %+v", r)
			}
			if r.Contact == nil {
				count["anonymous"]++
			}
			if r.Ongoing && r.OccurredAt != "" {
				t.Errorf("both ongoing and over: %+v", r)
			}
		}
		for what, want := range map[string]int{"unknown": 10, "district only": 10, "address only": 20, "point": 12, "anonymous": 120, "language en": 6} {
			if count[what] != want {
				t.Errorf("seed %d: %d with %s, want %d", seed, count[what], what, want)
			}
		}
		for _, c := range lists.Categories {
			if count["category "+c.Code] < 12 {
				t.Errorf("seed %d: %d of %s", seed, count["category "+c.Code], c.Code)
			}
		}
		for _, d := range lists.Districts {
			if count["district "+d.Code] < 8 {
				t.Errorf("seed %d: %d in %s", seed, count["district "+d.Code], d.Code)
			}
		}
		if len(narratives) < 195 {
			t.Errorf("seed %d: only %d different narratives", seed, len(narratives))
		}
	}
}

func TestSameSeedPlansTheSame(t *testing.T) {
	a, _ := json.Marshal(planned(t, 60, 3))
	b, _ := json.Marshal(planned(t, 60, 3))
	c, _ := json.Marshal(planned(t, 60, 4))
	if string(a) != string(b) || string(a) == string(c) {
		t.Error("the plan does not follow from the seed")
	}
}

func TestSmallPlansKeepTheirNumber(t *testing.T) {
	for _, n := range []int{0, 1, 3, 11, 16} {
		if got := len(planned(t, n, 1)); got != n {
			t.Errorf("planned %d, got %d", n, got)
		}
	}
}
