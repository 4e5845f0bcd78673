package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/phananh/portal/deploy/load/api"
)

// precision is how much a resident says about the place.
type precision int

const (
	byCommune  precision = iota // commune chosen, sometimes with an address
	byPoint                     // commune and the telephone's position
	byDistrict                  // only the district
	byAddress                   // only a line of text
	unknown                     // does not remember
)

// site is where a report happens.
type site struct {
	place api.Place
	urban bool
}

// sites plans n places. Districts take turns, and communes within their
// district, so that each district gets its part and no commune two reports
// before another has one.
func (m *Maker) sites(n int) []site {
	precisions := deck(m.rng, n, byCommune,
		share[precision]{unknown, 5}, share[precision]{byDistrict, 5}, share[precision]{byAddress, 10}, share[precision]{byPoint, 6})
	communes := map[string][]api.Commune{}
	for _, c := range shuffled(m.rng, m.lists.Communes) {
		communes[c.District] = append(communes[c.District], c)
	}
	districts := slices.DeleteFunc(shuffled(m.rng, m.lists.Districts), func(d api.District) bool { return len(communes[d.Code]) == 0 })

	out := make([]site, n)
	for i := range out {
		district := districts[i%len(districts)]
		own := communes[district.Code]
		commune := own[i/len(districts)%len(own)]
		out[i] = m.site(precisions[i], district, commune)
	}
	return out
}

func (m *Maker) site(p precision, district api.District, commune api.Commune) site {
	switch p {
	case unknown:
		return site{place: api.Place{Unknown: true}}
	case byDistrict:
		return site{place: api.Place{District: district.Code}, urban: urban(district.Name.Vietnamese)}
	case byAddress:
		line := fmt.Sprintf("%s, %s, %s", m.line(commune), commune.Name.Vietnamese, district.Name.Vietnamese)
		return site{place: api.Place{Address: line}, urban: urban(commune.Name.Vietnamese)}
	case byPoint:
		for _, s := range seats() {
			at := slices.IndexFunc(m.lists.Communes, func(c api.Commune) bool { return c.Code == s.commune })
			if s.district == district.Code && at >= 0 {
				point := &api.Point{Lat: s.lat + m.jitter(), Lon: s.lon + m.jitter(), AccuracyM: float64(5 + m.rng.IntN(60))}
				return site{place: api.Place{Commune: s.commune, Point: point}, urban: true}
			}
		}
	}
	s := site{place: api.Place{Commune: commune.Code}, urban: urban(commune.Name.Vietnamese)}
	if m.rng.IntN(2) == 0 {
		s.place.Address = m.line(commune)
	}
	return s
}

// line writes an address line without the commune.
func (m *Maker) line(c api.Commune) string {
	near := []string{"gần chợ", "đối diện trường tiểu học", "cạnh bến đò", "sau nhà văn hóa", "kế quán cà phê đầu đường", "dưới chân cầu"}
	spot := near[m.rng.IntN(len(near))]
	if urban(c.Name.Vietnamese) {
		return fmt.Sprintf("Số %d, hẻm %d, khóm %d, %s", 1+m.rng.IntN(200), 1+m.rng.IntN(40), 1+m.rng.IntN(8), spot)
	}
	hamlets := []string{"Bình An", "Hòa Long", "Phú Lợi", "Tân Thuận", "Long Thạnh"}
	return fmt.Sprintf("Tổ %d, ấp %s, %s", 1+m.rng.IntN(20), hamlets[m.rng.IntN(len(hamlets))], spot)
}

// jitter is up to 200 m to either side, in degrees.
func (m *Maker) jitter() float64 {
	const degree = 111_000.0 // metres, and nearly that for longitude at 10° N
	return float64(int((m.rng.Float64()*400-200)/degree*1e6)) / 1e6
}

func urban(name string) bool {
	return slices.ContainsFunc([]string{"Phường ", "Thị trấn ", "Thành phố ", "Thị xã "}, func(p string) bool { return strings.HasPrefix(name, p) })
}

// seat is the town that a district is run from.
type seat struct {
	district, commune string // official codes
	lat, lon          float64
}

// seats lists the towns whose position is known here: of An Giang. Elsewhere
// a demo goes without points.
func seats() []seat {
	return []seat{
		{"883", "30280", 10.386, 105.437}, // Long Xuyên
		{"884", "30316", 10.705, 105.118}, // Châu Đốc
		{"886", "30337", 10.809, 105.090}, // An Phú
		{"887", "30376", 10.800, 105.243}, // Tân Châu
		{"888", "30406", 10.593, 105.348}, // Phú Mỹ
		{"889", "30463", 10.572, 105.232}, // Cái Dầu
		{"890", "30502", 10.626, 105.003}, // Nhà Bàng
		{"891", "30544", 10.419, 105.001}, // Tri Tôn
		{"892", "30589", 10.444, 105.389}, // An Châu
		{"893", "30628", 10.548, 105.402}, // Chợ Mới
		{"894", "30682", 10.258, 105.265}, // Núi Sập
	}
}
