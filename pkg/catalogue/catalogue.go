// Package catalogue holds the texts that people read, in Vietnamese and in
// English, and checks that no text is missing in either.
package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Languages lists the languages, the first being the default.
var Languages = [...]string{"vi", "en"}

// Catalogue is a set of texts by language and key. It is immutable.
type Catalogue struct{ texts map[string]map[string]string }

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Load reads vi.json and en.json, each one flat object of keys and texts. It
// refuses keys that one language lacks, empty texts, and texts whose
// {placeholders} differ between the languages, and names them all.
func Load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: map[string]map[string]string{}}
	for _, lang := range Languages {
		b, err := fs.ReadFile(fsys, lang+".json")
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("catalogue: %s.json: %w", lang, err)
		}
		c.texts[lang] = texts
	}
	return c, c.check()
}

func (c *Catalogue) check() error {
	var findings []error
	first := c.texts[Languages[0]]
	for _, lang := range Languages {
		for key := range c.texts[lang] {
			if _, ok := first[key]; !ok {
				findings = append(findings, fmt.Errorf("catalogue: %s.json: %s is not in %s.json", lang, key, Languages[0]))
			}
		}
		for key, text := range first {
			other, ok := c.texts[lang][key]
			switch {
			case !ok || strings.TrimSpace(other) == "":
				findings = append(findings, fmt.Errorf("catalogue: %s.json: %s is missing", lang, key))
			case !slices.Equal(placeholders(text), placeholders(other)):
				findings = append(findings, fmt.Errorf("catalogue: %s.json: %s has other placeholders", lang, key))
			}
		}
	}
	return errors.Join(findings...)
}

func placeholders(text string) []string {
	found := map[string]bool{}
	for _, p := range placeholder.FindAllString(text, -1) {
		found[p] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// Has says whether a key exists.
func (c *Catalogue) Has(key string) bool { _, ok := c.texts[Languages[0]][key]; return ok }

// Text returns the text of a key in a language (the default one for a language
// that is unknown), with {name} replaced for each name and value in pairs. A
// key that does not exist is returned as it is, so that it is seen.
func (c *Catalogue) Text(lang, key string, pairs ...string) string {
	texts, ok := c.texts[lang]
	if !ok {
		texts = c.texts[Languages[0]]
	}
	text, ok := texts[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// Negotiate chooses a language by an Accept-Language header: the one of ours
// that stands first in it, else the default.
func Negotiate(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if slices.Contains(Languages[:], primary) {
			return primary
		}
	}
	return Languages[0]
}
