package table

import (
	"fmt"
	"io"
	"strings"

	"github.com/phananh/portal/pkg/failpoint"
)

// Point is what happened at one failpoint.
type Point struct {
	Name   failpoint.Name
	Killed int // processes that died there
	Paused int // processes that slept there
}

// WritePoints writes how often each failpoint was exercised, as Markdown.
func WritePoints(w io.Writer, points []Point) error {
	var s strings.Builder
	s.WriteString("| failpoint | killed | paused |\n| --- | ---: | ---: |\n")
	for _, p := range points {
		fmt.Fprintf(&s, "| `%s` | %d | %d |\n", p.Name, p.Killed, p.Paused)
	}
	_, err := io.WriteString(w, s.String())
	return err
}
