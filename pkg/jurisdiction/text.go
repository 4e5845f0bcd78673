package jurisdiction

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is a text in the languages of the portal.
type Text struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// In returns the text in English for "en" and in Vietnamese for any other
// language.
func (t Text) In(language string) string {
	if language == "en" {
		return t.En
	}
	return t.Vi
}

// Plain returns s as people type it in haste: lower case, without diacritics,
// đ as d, and every run of white space as one space. It does not change what
// is plain already.
func Plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r): // what NFD split off: tone, horn, breve …
			continue
		case unicode.IsSpace(r):
			gap = b.Len() > 0
			continue
		case r == 'đ' || r == 'Đ': // a letter of its own, which NFD leaves whole
			r = 'd'
		default:
			r = unicode.ToLower(r)
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
