package table_test

import (
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/deploy/chaos/table"
	"github.com/phananh/portal/pkg/failpoint"
)

func rows() []table.Row {
	return []table.Row{
		{Scenario: 2, Promise: "2", Done: "wiped | twice", Figures: []table.Figure{{Name: "kills", Value: "3"}, {Name: "p99", Value: "2 s"}}, Took: 1400 * time.Millisecond},
		{Scenario: 1, Promise: "1", Done: "killed", Findings: []string{"lost AG-1: gone", "doubled AG-2:\ntwice"}, Took: time.Minute},
	}
}

func TestTheTableIsMarkdownInOrder(t *testing.T) {
	var s strings.Builder
	if err := table.Write(&s, rows()); err != nil {
		t.Fatal(err)
	}
	want := `| scenario | promise | what was done | figures | verdict | took |
| --- | --- | --- | --- | --- | --- |
| 1 | 1 | killed |  | **broken** (2 findings) | 1m0s |
| 2 | 2 | wiped \| twice | kills: 3; p99: 2 s | kept | 1s |
`
	if s.String() != want {
		t.Errorf("got\n%s\nwant\n%s", s.String(), want)
	}
}

func TestFindingsArePrintedInFull(t *testing.T) {
	var s strings.Builder
	if err := table.WriteFindings(&s, rows()); err != nil {
		t.Fatal(err)
	}
	want := "\nScenario 1, killed:\n  - lost AG-1: gone\n  - doubled AG-2:\n    twice\n"
	if s.String() != want {
		t.Errorf("got\n%q\nwant\n%q", s.String(), want)
	}
}

func TestEachFailpointHasItsLine(t *testing.T) {
	var s strings.Builder
	if err := table.WritePoints(&s, []table.Point{{Name: failpoint.BusFetched, Killed: 3, Paused: 1}}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(s.String(), "| `bus/fetched` | 3 | 1 |\n") {
		t.Error(s.String())
	}
}
