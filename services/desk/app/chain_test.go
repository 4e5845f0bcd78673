package app_test

import (
	"testing"

	"github.com/phananh/portal/pkg/account"
)

func TestAnOfficersActionCarriesTheHashOfTheEntryBeforeIt(t *testing.T) {
	w := newWorld(t)
	r := w.report("883")
	lan := w.login("lan", account.Officer, "883")
	lan.sees("state=routed", 1)
	lan.does(w.number(r), map[string]any{"type": "claim", "expect": 1})
	lan.does(w.number(r), map[string]any{"type": "reply", "expect": 2, "text": "Chào bạn"})
	c, err := w.journal.Case(t.Context(), r.ID)
	if err != nil || len(c.Actions) != 3 {
		t.Fatalf("%+v, %v", c, err)
	}
	for n := 1; n < 3; n++ {
		if c.Actions[n].Prev != c.Actions[n-1].Hash() {
			t.Errorf("action %d does not follow action %d", n+1, n)
		}
	}
}
