// Package table renders what the suite found: the table of promises as
// Markdown, and each finding in full.
package table

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Row is what one scenario has to say.
type Row struct {
	Scenario int
	Promise  string   // its number in the list of promises, or a dash
	Done     string   // what was done to the portal
	Figures  []Figure // what was measured
	Findings []string // what is wrong; none: the promise was kept
	Took     time.Duration
}

// Figure is one measurement.
type Figure struct{ Name, Value string }

// Kept says whether nothing is wrong.
func (r Row) Kept() bool { return len(r.Findings) == 0 }

// Write writes rows as a Markdown table in the order of their scenarios.
func Write(w io.Writer, rows []Row) error {
	rows = slices.SortedFunc(slices.Values(rows), func(a, b Row) int { return a.Scenario - b.Scenario })
	var s strings.Builder
	s.WriteString("| scenario | promise | what was done | figures | verdict | took |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		verdict := "kept"
		if !r.Kept() {
			verdict = fmt.Sprintf("**broken** (%d findings)", len(r.Findings))
		}
		fmt.Fprintf(&s, "| %d | %s | %s | %s | %s | %s |\n",
			r.Scenario, cell(r.Promise), cell(r.Done), cell(figures(r.Figures)), verdict, r.Took.Round(time.Second))
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// WriteFindings writes each finding in full, by scenario.
func WriteFindings(w io.Writer, rows []Row) error {
	var s strings.Builder
	for _, r := range rows {
		if r.Kept() {
			continue
		}
		fmt.Fprintf(&s, "\nScenario %d, %s:\n", r.Scenario, r.Done)
		for _, f := range r.Findings {
			fmt.Fprintf(&s, "  - %s\n", strings.ReplaceAll(f, "\n", "\n    "))
		}
	}
	_, err := io.WriteString(w, s.String())
	return err
}

func figures(all []Figure) string {
	parts := make([]string, len(all))
	for i, f := range all {
		parts[i] = f.Name + ": " + f.Value
	}
	return strings.Join(parts, "; ")
}

// cell keeps a text from breaking the table.
func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(s)
}
