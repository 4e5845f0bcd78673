package input

import (
	"regexp"
	"strings"
)

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
