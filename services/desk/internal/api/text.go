package api

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/phananh/portal/pkg/report"
)

// clean brings what an officer wrote into the form in which it is stored:
// composed (NFC), lines ended by \n, no white space around it. Residents read
// some of it, so the rules are those for what residents write.
func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(s), "\r\n", "\n"))
}

// fault says what is wrong with a cleaned text, as a field's code; empty for
// nothing.
func fault(s string) (code string, pairs []string) {
	switch {
	case utf8.RuneCountInString(s) > report.MaxMessage:
		return "too_long", []string{"max", strconv.Itoa(report.MaxMessage)}
	case strings.ContainsRune(s, unicode.ReplacementChar):
		return "broken_text", nil
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return "control_character", nil
	case strings.ContainsFunc(s, turnsText):
		return "bidi_control", nil
	}
	return "", nil
}

// turnsText says that a character switches the direction of writing, which
// can make a text read differently from what it says.
// Source: Unicode Standard Annex 9, explicit formatting characters.
func turnsText(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// line brings a text of one line into that form; white space inside it
// becomes single spaces.
func line(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
