// Package plaintext brings what people write into the one form in which it is
// checked, stored and compared, and says what no plain text contains. Residents
// and officers read each other's words, so the same rules hold for both.
package plaintext

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Prose normalises a text of several lines: composed (NFC), lines ended by
// \n, no white space around it, nothing that takes no room.
func Prose(s string) string {
	return strings.TrimSpace(lineEnd.ReplaceAllString(norm.NFC.String(unseen.Replace(s)), "\n"))
}

// unseen is what is seen by nobody and meant by nobody: zero width spaces,
// word joiners, byte order marks, soft hyphens. Joiners stay: Khmer needs them.
var unseen = strings.NewReplacer("\u200B", "", "\u2060", "", "\uFEFF", "", "\u00AD", "")

var lineEnd = regexp.MustCompile(`\r+\n`)

// Line normalises a text of one line; white space inside it becomes single
// spaces.
func Line(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(unseen.Replace(s))), " ")
}

// The faults of a text, as the codes under which they are explained.
const (
	BrokenText       = "broken_text"
	ControlCharacter = "control_character"
	BidiControl      = "bidi_control"
	Markup           = "markup"
)

// Fault returns the gravest fault of a normalised text, or the empty string.
// It looks at every character once: texts are long, and reports many.
func Fault(s string) string {
	var broken, steering, turning, bracket bool
	for _, r := range s {
		switch {
		case r == '<':
			bracket = true
		case r == unicode.ReplacementChar: // what every decoder puts where it could not read
			broken = true
		case control(r):
			steering = true
		case turnsText(r):
			turning = true
		}
	}
	switch {
	case broken:
		return BrokenText
	case steering:
		return ControlCharacter
	case turning:
		return BidiControl
	case bracket && tag.MatchString(s):
		return Markup
	}
	return ""
}

// control says that a character is one of Unicode's category Cc, but for line
// feed and tab.
func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7F && r <= 0x9F
}

// turnsText says that a character switches the direction of writing, which
// can make a text read differently from what it says.
// Source: Unicode Standard Annex 9, explicit formatting characters.
func turnsText(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// tag is an HTML tag: a name alone between the brackets, a name with an
// attribute, closed or not, or a comment or declaration. "a<b and c>d" is none.
// See deploy/adr/0008-markup-is-refused.md.
var tag = regexp.MustCompile(`(?i)<(?:/?[a-z][a-z0-9:-]*\s*/?>|[a-z][a-z0-9:-]*[\s/][^>]*[a-z-]\s*=|!--|!doctype|!\[cdata|\?xml)`)
