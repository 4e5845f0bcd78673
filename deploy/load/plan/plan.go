// Package plan decides what the residents of a demo send: which category,
// from where, how precisely, with or without a name.
package plan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/stories"
)

// Maker plans reports for one portal. It is not safe for concurrent use.
type Maker struct {
	library *stories.Library
	lists   api.Lists
	now     time.Time
	rng     *rand.Rand
}

// New makes a Maker. The same lists, time and random numbers give the same
// reports.
func New(library *stories.Library, lists api.Lists, now time.Time, rng *rand.Rand) *Maker {
	return &Maker{library, lists, now, rng}
}

// Reports plans n reports. The shares are kept exactly rather than left to
// chance, and spread over the whole run, so that even a small demo shows
// everything.
func (m *Maker) Reports(n int) ([]api.Report, error) {
	categories := shuffled(m.rng, m.lists.Categories)
	turns := map[string]int{}
	sites := m.sites(n)
	anonymous := deck(m.rng, n, false, share[bool]{true, 60})
	languages := deck(m.rng, n, stories.Vietnamese, share[string]{stories.English, 3})

	out := make([]api.Report, n)
	for i := range out {
		code := categories[i%len(categories)].Code
		story, err := m.library.Compose(stories.Request{
			Category: code, Language: languages[i], Urban: sites[i].urban, Turn: turns[code], Now: m.now,
		}, m.rng)
		if err != nil {
			return nil, fmt.Errorf("plan report %d: %w", i+1, err)
		}
		turns[code]++
		out[i] = api.Report{
			Category: code, Narrative: story.Text, Language: story.Language,
			Place: sites[i].place, Ongoing: story.When == stories.Now,
		}
		if story.When == stories.Past && m.rng.IntN(10) < 8 { // the others leave the field empty
			out[i].OccurredAt = story.OccurredAt.Format(time.RFC3339)
		}
		if !anonymous[i] {
			out[i].Contact = m.contact(i)
		}
	}
	return out, nil
}

// share is how many of a hundred reports have a value.
type share[T any] struct {
	value   T
	percent int
}

// deck deals n cards: each value gets its share, rounded, but at least one
// card of ten or more; the rest is the usual value.
func deck[T any](rng *rand.Rand, n int, usual T, shares ...share[T]) []T {
	out := make([]T, 0, n)
	for _, s := range shares {
		count := (n*s.percent + 50) / 100
		if count == 0 && n >= 10 {
			count = 1
		}
		for range min(count, n-len(out)) {
			out = append(out, s.value)
		}
	}
	for len(out) < n {
		out = append(out, usual)
	}
	return shuffled(rng, out)
}

func shuffled[T any](rng *rand.Rand, in []T) []T {
	out := append([]T(nil), in...)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// contact invents a resident. Numbers count up from 0900 000 000, which
// nobody should be reached at.
func (m *Maker) contact(i int) *api.Contact {
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Phan", "Trương", "Bùi", "Đặng", "Dương", "Lý"}
	women := []string{"Thị Cẩm Nhung", "Thị Mỹ Duyên", "Ngọc Hân", "Thị Bé Ba", "Kim Thoa", "Thị Thu Hà", "Ngọc Diễm", "Thị Hồng Gấm"}
	men := []string{"Văn Tâm", "Minh Khang", "Hữu Phước", "Văn Út", "Quốc Thái", "Thanh Tùng", "Hoàng Phúc", "Văn Bảy"}
	given := women
	if m.rng.IntN(2) == 0 {
		given = men
	}
	c := &api.Contact{
		Name:  family[m.rng.IntN(len(family))] + " " + given[m.rng.IntN(len(given))],
		Phone: fmt.Sprintf("0900%06d", i),
	}
	switch m.rng.IntN(5) {
	case 0:
		c.Email = fmt.Sprintf("nguoidan%d@example.com", i)
	case 1:
		c.Name = "" // only a number
	case 2: // as people write a number
		c.Phone = strings.Join([]string{c.Phone[:4], c.Phone[4:7], c.Phone[7:]}, " ")
	}
	return c
}

// ForUnit plans n reports from the communes that a unit serves, all placed by
// their commune. It returns an error if the unit serves no district.
func (m *Maker) ForUnit(unit string, n int) ([]api.Report, error) {
	var communes []string
	for _, d := range m.lists.Districts {
		for _, c := range m.lists.Communes {
			if d.Unit == unit && c.District == d.Code {
				communes = append(communes, c.Code)
			}
		}
	}
	if len(communes) == 0 {
		return nil, fmt.Errorf("unit %q serves no district: use the account of a district's officer", unit)
	}
	out, err := m.Reports(n)
	for i := range out {
		out[i].Place = api.Place{Commune: communes[i%len(communes)]}
	}
	return out, err
}
