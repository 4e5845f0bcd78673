package jurisdiction_test

import (
	"os"
	"testing"

	"github.com/phananh/portal/pkg/jurisdiction"
)

// Whatever the units' file says, Load either refuses it or gives a tree that
// can be climbed and a duty desk that takes reports.
func FuzzLoadGivesASoundTreeOrNone(f *testing.F) {
	sound, err := os.ReadFile("angiang-2021/units.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound)
	f.Add([]byte(`[]`))
	f.Add([]byte(`null`))
	f.Add([]byte(`[null, {"code": "a", "parent": "b"}, {"code": "b", "parent": "c"}, {"code": "c", "parent": "b"}]`))
	f.Fuzz(func(t *testing.T, units []byte) {
		data := folder(t)
		data["units.json"].Data = units
		j, err := jurisdiction.Load(data)
		if err != nil {
			return
		}
		if !j.DutyDesk().HasQueue() {
			t.Error("the duty desk has no queue")
		}
		for _, u := range j.Units() {
			if j.Within(u.Code, "nowhere") {
				t.Errorf("%s is within a unit that does not exist", u.Code)
			}
		}
	})
}
