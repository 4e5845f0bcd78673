package client

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// Submission is the body of POST /api/v1/reports. Texts are in the form in
// which the portal stores them, so that they can be compared letter by letter.
type Submission struct {
	Category   string     `json:"category"`
	Narrative  string     `json:"narrative"`
	Place      Place      `json:"place"`
	OccurredAt *time.Time `json:"occurred_at,omitempty"`
	Ongoing    bool       `json:"ongoing,omitempty"`
	Contact    *Contact   `json:"contact,omitempty"`
	Language   string     `json:"language"`
}

// Place is where it happened; at least one part is set.
type Place struct {
	District string `json:"district,omitempty"`
	Commune  string `json:"commune,omitempty"`
	Address  string `json:"address,omitempty"`
	Point    *Point `json:"point,omitempty"`
	Unknown  bool   `json:"unknown,omitempty"`
}

// Point is a position in WGS 84 degrees, uncertain by a radius in metres.
type Point struct {
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	AccuracyM float64 `json:"accuracy_m"`
}

// Contact is how to reach the resident.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// words are what narratives are put together from. All of it is invented.
var words = struct{ when, who, what, end, addresses, names []string }{
	when: []string{"Khoảng 2 giờ sáng nay", "Tối hôm qua", "Chiều nay", "Mấy ngày gần đây", "Sáng sớm hôm nay", "Hơn một tuần nay"},
	who:  []string{"tôi thấy hai thanh niên lạ mặt", "có một nhóm người đi xe máy", "một người đàn ông đội mũ đen", "nhiều người tụ tập", "có người gọi điện tự xưng là cán bộ"},
	what: []string{"lấy mất chiếc xe để trong sân", "gây gổ, la hét làm cả xóm mất ngủ", "đổ rác xuống kênh", "rủ nhau đánh bạc trong căn nhà bỏ trống", "yêu cầu chuyển tiền vào một tài khoản lạ", "phóng xe rất nhanh trước cổng trường"},
	end:  []string{"Đề nghị công an xem xét.", "Mong được phản hồi sớm.", "Bà con ở đây rất lo lắng.", "Tôi có thể cung cấp thêm thông tin."},
	addresses: []string{
		"gần chợ, cạnh tiệm tạp hóa", "cuối hẻm, sau trường tiểu học", "bến đò, phía bờ kênh", "trước trạm y tế", "ngã ba đầu cầu",
	},
	names: []string{"Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Dũng", "Phạm Thị Hạnh", "Võ Minh Khôi"},
}

// compose invents a submission. mark makes its text different from that of
// every other, so that the report can be known again in the journal.
func compose(rng *rand.Rand, l lists, mark string) Submission {
	s := Submission{
		Category: one(rng, l.categories), Place: somewhere(rng, l), Ongoing: rng.IntN(5) == 0, Language: "vi",
		Narrative: fmt.Sprintf("%s, %s %s.\n%s Ký hiệu riêng: %s.",
			one(rng, words.when), one(rng, words.who), one(rng, words.what), one(rng, words.end), mark),
	}
	if rng.IntN(8) == 0 {
		s.Language = "en"
	}
	if rng.IntN(3) == 0 {
		at := time.Date(2026, 1, 1+rng.IntN(300), rng.IntN(24), rng.IntN(60), 0, rng.IntN(1000)*int(time.Millisecond), time.UTC)
		s.OccurredAt = &at
	}
	if rng.IntN(2) == 0 {
		s.Contact = &Contact{Name: one(rng, words.names)}
		if rng.IntN(2) == 0 {
			s.Contact.Phone = fmt.Sprintf("09%08d", rng.IntN(1e8))
		}
		if rng.IntN(3) == 0 {
			s.Contact.Email = fmt.Sprintf("nguoidan%d@example.com", rng.IntN(1e6))
		}
	}
	return s
}

// somewhere is a place, known more or less well.
func somewhere(rng *rand.Rand, l lists) Place {
	var p Place
	switch rng.IntN(10) {
	case 0:
		return Place{Unknown: true}
	case 1:
		return Place{Address: one(rng, words.addresses)}
	case 2, 3:
		p.District = one(rng, l.districts)
	case 4, 5:
		c := one(rng, l.communes)
		p.Commune, p.District = c.Code, c.District
	default:
		p.Commune = one(rng, l.communes).Code
	}
	if rng.IntN(2) == 0 {
		p.Address = one(rng, words.addresses)
	}
	if rng.IntN(4) == 0 {
		p.Point = &Point{Lat: 10.2 + rng.Float64()/2, Lon: 104.8 + rng.Float64()/2, AccuracyM: float64(rng.IntN(200))}
	}
	return p
}

func one[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// mustJSON encodes a structure of ours, which can always be encoded.
func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
