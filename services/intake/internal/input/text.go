package input

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// prose brings a text of several lines into the one form in which it is
// checked, stored and compared: composed (NFC), lines ended by \n, no white
// space around it.
func prose(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(s), "\r\n", "\n"))
}

// line does the same to a text of one line; white space inside it becomes
// single spaces.
func line(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// intact says that no character was lost on the way here: every decoder puts
// U+FFFD where it could not read one.
func intact(s string) bool { return !strings.ContainsRune(s, unicode.ReplacementChar) }

// noControl says that a text has no control characters other than the end of
// a line and the tabulator.
func noControl(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) < 0
}

// noBidi says that a text does not switch the direction of writing, which can
// make it read differently from what it says.
// Source: Unicode Standard Annex 9, explicit formatting characters.
func noBidi(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
	}) < 0
}

var tag = regexp.MustCompile(`<[a-zA-Z/!?][^>]*>`)

// noMarkup says that a text has no HTML tags. They do no harm, since whatever
// is shown is escaped; nobody who reports something writes them.
func noMarkup(s string) bool { return !tag.MatchString(s) }

var (
	phoneGaps = regexp.MustCompile(`[\s.()\x{00A0}\x{2010}-\x{2013}-]+`)
	phoneForm = regexp.MustCompile(`^(0\d{7,14}|\+[1-9]\d{7,14})$`)
)

// phone removes what people put between digits and writes a Vietnamese number
// as it is dialled in the country.
func phone(s string) string {
	s = phoneGaps.ReplaceAllString(s, "")
	for _, country := range []string{"+84", "0084", "84"} {
		if rest, ok := strings.CutPrefix(s, country); ok && len(rest) == 9 && rest[0] != '0' {
			return "0" + rest
		}
	}
	return s
}
