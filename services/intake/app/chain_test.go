package app_test

import (
	"fmt"
	"net/http"
	"testing"
)

func TestAResidentsMessageCarriesTheHashOfTheEntryBeforeIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	receipt, id := s.reported(t)
	for range 2 {
		s.post(t, "/api/v1/track/messages", fmt.Sprintf(`{"receipt":%q,"text":"Xe màu đỏ."}`, receipt)).expect(t, http.StatusCreated)
	}
	c, err := s.journal.Case(t.Context(), id)
	if err != nil || len(c.Actions) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	if c.Actions[0].Prev != c.Report.Hash() || c.Actions[1].Prev != c.Actions[0].Hash() {
		t.Error("a message does not follow what was before it")
	}
}
