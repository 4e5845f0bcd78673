package check

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNothingIsFoundWhereNothingIsWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := sound(t)
		for _, f := range Compare(w.history, w.state(), Bounds{}).Findings {
			t.Error(f)
		}
	})
}
