package table

import (
	"strings"
	"testing"
	"time"
)

func TestMediansAreTakenOfEachFigureAndErrorsAddUp(t *testing.T) {
	var tab Table
	for i, perSecond := range []float64{900, 1000, 300} {
		tab.Add(Row{Contender: "a", Connections: 64, PerSecond: perSecond, P99: time.Duration(3-i) * time.Millisecond, Errors: map[string]int{"503": 1}})
		tab.Add(Row{Contender: "b", Connections: 64, PerSecond: perSecond / 2, Flushes: -1})
	}
	m, ok := tab.Median("a", 64)
	if !ok || m.PerSecond != 900 || m.P99 != 2*time.Millisecond || m.Errors["503"] != 3 {
		t.Errorf("%+v", m)
	}
	if r := tab.Ratio("a", "b", 64); r != 2 {
		t.Errorf("ratio %v", r)
	}
	if r := tab.Ratio("a", "b", 16); r != 0 {
		t.Errorf("ratio %v of what was not measured", r)
	}
	var out strings.Builder
	if err := tab.Write(&out, []string{"a", "b"}, []int{64}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| 64 | a | 900 | 0.0 ms | 2.0 ms | 3 × 503 |", "| 64 | b | 450 |", "| – | 2.00 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
