package progress

import (
	"strings"
	"testing"
)

func TestPlainLinesWhereThereIsNoTerminal(t *testing.T) {
	var b strings.Builder
	p := New(&b)
	p.Stage("sent", 25)
	for range 25 {
		p.Step()
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 13 || lines[0] != "sent 2 of 25" || lines[12] != "sent 25 of 25" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}
