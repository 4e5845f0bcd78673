package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// width is how many columns a line of the table takes at most.
const width = 110

// PrintTable writes the findings for people: by area, aligned, with what to do
// under what was found, and a count at the end.
func PrintTable(w io.Writer, findings []Finding) error {
	level, name := 0, 0
	for _, f := range findings {
		level, name = max(level, len(f.Level)), max(name, utf8.RuneCountInString(f.Name))
	}
	indent := 2 + level + 2 + name + 2
	var b strings.Builder
	area := ""
	for _, f := range findings {
		if f.Area != area {
			if area != "" {
				b.WriteByte('\n')
			}
			area = f.Area
			b.WriteString(area + "\n")
		}
		fmt.Fprintf(&b, "  %-*s  %-*s  ", level, f.Level, name, f.Name)
		writeWrapped(&b, f.Found, indent, "")
		if f.Do != "" {
			b.WriteString(strings.Repeat(" ", indent))
			writeWrapped(&b, f.Do, indent, "→ ")
		}
	}
	b.WriteString("\n" + summary(findings) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeWrapped writes a text whose first line has been indented already.
func writeWrapped(b *strings.Builder, text string, indent int, sign string) {
	b.WriteString(sign)
	hang := indent + utf8.RuneCountInString(sign)
	column := hang
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			b.WriteString("\n" + strings.Repeat(" ", hang))
			column = hang
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	b.WriteByte('\n')
}

func summary(findings []Finding) string {
	n := counts(findings)
	parts := []string{fmt.Sprintf("%d ok", n[OK])}
	for _, p := range []struct {
		level Level
		text  string
	}{
		{Warning, count(n[Warning], "warning")},
		{Problem, count(n[Problem], "problem")},
		{NotChecked, fmt.Sprintf("%d not checked", n[NotChecked])},
	} {
		if n[p.level] > 0 {
			parts = append(parts, p.text)
		}
	}
	return count(len(findings), "check") + ": " + strings.Join(parts, ", ") + "."
}

func counts(findings []Finding) map[Level]int {
	n := make(map[Level]int)
	for _, f := range findings {
		n[f.Level]++
	}
	return n
}

// PrintJSON writes the findings for scripts: one object with the findings and
// whether they are healthy.
func PrintJSON(w io.Writer, findings []Finding, strict bool) error {
	out := struct {
		Healthy  bool          `json:"healthy"`
		Counts   map[Level]int `json:"counts"`
		Findings []Finding     `json:"findings"`
	}{Healthy(findings, strict), counts(findings), findings}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
