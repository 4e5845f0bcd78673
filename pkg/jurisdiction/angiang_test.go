package jurisdiction_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/jurisdiction"
)

func angiang(t *testing.T) *jurisdiction.Jurisdiction {
	t.Helper()
	j, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestAnGiangSaysWhatItIs(t *testing.T) {
	j := angiang(t)
	if got, want := j.Name(), (jurisdiction.Text{Vi: "Tỉnh An Giang", En: "An Giang province"}); got != want {
		t.Errorf("name %+v, want %+v", got, want)
	}
	if j.Version() != "angiang-2021/1" || j.Prefix() != "AG" {
		t.Errorf("version %q, prefix %q", j.Version(), j.Prefix())
	}
	noon := time.Date(2021, 6, 1, 12, 0, 0, 0, j.Location())
	if j.Location().String() != "Asia/Ho_Chi_Minh" || noon.UTC().Hour() != 5 {
		t.Errorf("noon in %v is %v", j.Location(), noon.UTC())
	}
}

func TestAnGiangHasAll156CommunesOfIts11Districts(t *testing.T) {
	j := angiang(t)
	want := map[string]struct {
		name     string
		communes int
	}{
		"883": {"Thành phố Long Xuyên", 13},
		"884": {"Thành phố Châu Đốc", 7},
		"886": {"Huyện An Phú", 14},
		"887": {"Thị xã Tân Châu", 14},
		"888": {"Huyện Phú Tân", 18},
		"889": {"Huyện Châu Phú", 13},
		"890": {"Huyện Tịnh Biên", 14},
		"891": {"Huyện Tri Tôn", 15},
		"892": {"Huyện Châu Thành", 13},
		"893": {"Huyện Chợ Mới", 18},
		"894": {"Huyện Thoại Sơn", 17},
	}
	communes := map[string]int{}
	for _, c := range j.Communes() {
		communes[c.District]++
	}
	for _, d := range j.Districts() {
		if w := want[d.Code]; w.name != d.Name.Vi || w.communes != communes[d.Code] {
			t.Errorf("%s %s with %d communes, want %s with %d", d.Code, d.Name.Vi, communes[d.Code], w.name, w.communes)
		}
	}
	if n := len(j.Districts()); n != len(want) {
		t.Errorf("%d districts, want %d", n, len(want))
	}
	if n := len(j.Communes()); n != 156 {
		t.Errorf("%d communes, want 156", n)
	}
}

func TestEveryDistrictHasItsOwnPoliceUnderTheProvince(t *testing.T) {
	j := angiang(t)
	for _, d := range j.Districts() {
		u, ok := j.Unit(d.Unit)
		name := "Công an " + strings.ToLower(d.Name.Vi[:1]) + d.Name.Vi[1:]
		if !ok || u.Code != d.Code || u.Kind != jurisdiction.KindDistrict || u.District != d.Code || u.Name.Vi != name || u.Parent != "89" {
			t.Errorf("district %s %s is served by %+v", d.Code, d.Name.Vi, u)
		}
	}
	queues := 0
	for _, u := range j.Units() {
		if u.HasQueue() {
			queues++
		}
		if !j.Within(u.Code, "89") {
			t.Errorf("%s is not within the province", u.Code)
		}
	}
	if queues != 12 || len(j.Units()) != 13 {
		t.Errorf("%d units, %d with a queue; want 13 and 12", len(j.Units()), queues)
	}
	province, _ := j.Unit("89")
	if province.HasQueue() || province.Name.Vi != "Công an tỉnh An Giang" {
		t.Errorf("province: %+v", province)
	}
	if desk := j.DutyDesk(); desk.Code != "89-TB" || desk.Name.Vi != "Trực ban Công an tỉnh" || desk.Short != desk.Name || !desk.HasQueue() {
		t.Errorf("duty desk: %+v", desk)
	}
}

func TestWithinFollowsTheTree(t *testing.T) {
	j := angiang(t)
	for _, test := range []struct {
		unit, ancestor string
		want           bool
	}{
		{"883", "883", true}, {"883", "89", true}, {"89-TB", "89", true},
		{"89", "883", false}, {"883", "884", false}, {"883", "", false},
		{"", "", false}, {"none", "none", false}, {"none", "89", false},
	} {
		if got := j.Within(test.unit, test.ancestor); got != test.want {
			t.Errorf("Within(%q, %q) = %v", test.unit, test.ancestor, got)
		}
	}
}

func TestCommunesComeDistrictByDistrictInTheOrderOfTheirCodes(t *testing.T) {
	communes := angiang(t).Communes()
	if !slices.IsSortedFunc(communes, func(a, b jurisdiction.Commune) int {
		return cmp.Or(cmp.Compare(a.District, b.District), cmp.Compare(a.Code, b.Code))
	}) {
		t.Error("communes are out of order")
	}
	for _, c := range communes {
		if c.Unit != c.District || c.Plain != jurisdiction.Plain(c.Name.Vi) {
			t.Errorf("%+v", c)
		}
	}
}

// Samples of each kind of commune: the official name, English and plain.
func TestCommunesAreFoundByTheirOfficialCode(t *testing.T) {
	j := angiang(t)
	for code, want := range map[string][4]string{
		"30280": {"Phường Mỹ Bình", "Mỹ Bình Ward", "phuong my binh", "883"},
		"30310": {"Xã Mỹ Khánh", "Mỹ Khánh Commune", "xa my khanh", "883"},
		"30341": {"Thị trấn Long Bình", "Long Bình Township", "thi tran long binh", "886"},
		"30412": {"Phường Long Sơn", "Long Sơn Ward", "phuong long son", "887"},
		"30727": {"Xã Vọng Thê", "Vọng Thê Commune", "xa vong the", "894"},
	} {
		c, ok := j.Commune(code)
		if got := [4]string{c.Name.Vi, c.Name.En, c.Plain, c.District}; !ok || got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if _, ok := j.Commune("883"); ok {
		t.Error("a district's code is taken for a commune's")
	}
	kinds := map[string]int{}
	for _, c := range j.Communes() {
		kinds[c.Name.En[strings.LastIndexByte(c.Name.En, ' ')+1:]]++
	}
	if want := map[string]int{"Ward": 21, "Commune": 116, "Township": 19}; !maps.Equal(kinds, want) {
		t.Errorf("kinds of communes: %v, want %v", kinds, want)
	}
}

func TestCategoriesAreCompleteInBothLanguages(t *testing.T) {
	j := angiang(t)
	if n := len(j.Categories()); n < 14 || n > 16 {
		t.Errorf("%d categories, want 14 to 16", n)
	}
	for _, c := range j.Categories() {
		for field, text := range map[string]jurisdiction.Text{"name": c.Name, "help": c.Help, "example": c.Example} {
			if text.Vi == "" || text.En == "" || text.Vi == text.En {
				t.Errorf("%s: %s lacks a language: %+v", c.Code, field, text)
			}
		}
		if c.Urgent != (c.Emergency != "") {
			t.Errorf("%s: urgent %v, emergency number %q", c.Code, c.Urgent, c.Emergency)
		}
	}
	for _, code := range []string{"theft", "robbery", "other"} {
		if _, ok := j.Category(code); !ok {
			t.Errorf("no category %q", code)
		}
	}
}

func TestListsAreTheCallersOwn(t *testing.T) {
	j := angiang(t)
	j.Units()[0].Code, j.Districts()[0].Code, j.Communes()[0].Code, j.Categories()[0].Code = "x", "x", "x", "x"
	if j.Units()[0].Code == "x" || j.Districts()[0].Code == "x" || j.Communes()[0].Code == "x" || j.Categories()[0].Code == "x" {
		t.Error("a caller changed the jurisdiction")
	}
}
