package httpd

import (
	"bytes"
	"encoding/json"
	"slices"
)

// hasDuplicate says whether an object in valid JSON names one member twice.
// The decoder would take the last and say nothing, while whoever looked at the
// request on its way may have read the first. Names that the decoder takes for
// the same field, because they differ in case only, are the same here.
func hasDuplicate(raw []byte) bool {
	var open [][][]byte // of each object or list that is open, the names so far
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			open = append(open, nil)
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			text := raw[i : i+stringEnd(raw[i:])]
			i += len(text) - 1
			if !isName(raw[i+1:]) {
				continue
			}
			name, names := unquoted(text), &open[len(open)-1]
			if slices.ContainsFunc(*names, func(other []byte) bool { return bytes.EqualFold(other, name) }) {
				return true
			}
			*names = append(*names, name)
		}
	}
	return false
}

// stringEnd is the length of the string that s begins with.
func stringEnd(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// isName says whether what follows a string makes it a member's name.
func isName(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}

// unquoted is the text of a JSON string.
func unquoted(s []byte) []byte {
	if !bytes.ContainsRune(s, '\\') {
		return s[1 : len(s)-1]
	}
	var text string
	if err := json.Unmarshal(s, &text); err != nil { // the whole is valid
		return s
	}
	return []byte(text)
}
