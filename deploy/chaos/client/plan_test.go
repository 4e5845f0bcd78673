package client

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

var codes = lists{
	categories: []string{"theft", "fire"}, districts: []string{"883", "884"},
	communes: []commune{{"30280", "883"}, {"30316", "884"}},
}

func TestTheSameSeedGivesTheSamePeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		a, b := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 1))
		keys := map[string]bool{}
		for n := range 5 {
			p, q := draw(a, n, Usual(), codes), draw(b, n, Usual(), codes)
			p.rand, q.rand = nil, nil
			if !reflect.DeepEqual(p, q) {
				t.Fatalf("%+v\nand\n%+v", p, q)
			}
			keys[p.key] = true
		}
		if len(keys) != 5 {
			t.Fatal("two people share a key")
		}
	})
}

func TestWhatPeopleSendIsInTheFormInWhichItIsStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		p := draw(rand.New(rand.NewPCG(seed, 1)), 0, Usual(), codes)
		var s, altered Submission
		if err := json.Unmarshal(p.body, &s); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(p.altered, &altered); err != nil {
			t.Fatal(err)
		}
		if s.Narrative == altered.Narrative || s.Place == (Place{}) {
			t.Errorf("%+v", s)
		}
		if n := utf8.RuneCountInString(s.Narrative); n < 10 || n > 500 {
			t.Errorf("%d characters", n)
		}
		for _, text := range []string{s.Narrative, altered.Narrative, s.Place.Address} {
			if !norm.NFC.IsNormalString(text) {
				t.Errorf("not composed: %q", text)
			}
		}
		for _, c := range codes.communes {
			if s.Place.Commune == c.Code && s.Place.District != "" && s.Place.District != c.District {
				t.Errorf("%s is not in %s", s.Place.Commune, s.Place.District)
			}
		}
	})
}
