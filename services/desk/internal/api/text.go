package api

import (
	"strconv"
	"unicode/utf8"

	"github.com/phananh/portal/pkg/plaintext"
	"github.com/phananh/portal/pkg/report"
)

// fault says what is wrong with a normalised text, as a field's code; empty
// for nothing. Residents read some of it, so the rules are those for what
// residents write.
func fault(s string) (code string, pairs []string) {
	if utf8.RuneCountInString(s) > report.MaxMessage {
		return "too_long", []string{"max", strconv.Itoa(report.MaxMessage)}
	}
	return plaintext.Fault(s), nil
}
