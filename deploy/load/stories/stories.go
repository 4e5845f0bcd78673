// Package stories writes what residents might have written: narratives
// composed from hand-written templates and varied details, one file of
// templates per category. Everything in them is invented.
package stories

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.json details/*.json
var files embed.FS

// The languages that there are stories in.
const (
	Vietnamese = "vi"
	English    = "en"
)

// When says how a story stands in time.
type When string

// The ways in which a story stands in time.
const (
	Past  When = "past"  // happened once, at a time that the text names
	Often When = "often" // happens again and again; no single time
	Now   When = "now"   // is happening while the resident writes
)

// template is one hand-written story. Its text has slots such as {market},
// which a detail fills; {Market} is the same detail with a capital letter,
// {market2} another one of the same kind.
type template struct {
	When  When   `json:"when"`
	Hours []int  `json:"hours"` // past: from which hour of the day to which, may pass midnight
	Age   int    `json:"age"`   // past: over for at least so many hours when it is told
	Style string `json:"style"` // "", "hurried" (written so already), or "ascii": sent without diacritics
	Text  string `json:"text"`
}

// details are the values a slot may take, by the slot's name.
type details map[string][]string

type category struct {
	Category   string     `json:"category"`
	Details    details    `json:"details"`
	Vietnamese []template `json:"vi"`
	English    []template `json:"en"`
}

// Library holds all templates and details. It does not change once loaded.
type Library struct {
	categories map[string]category
	shared     map[string]details // by language
}

// Load reads the embedded stories. An error means that a file is damaged.
func Load() (*Library, error) {
	l := &Library{categories: map[string]category{}, shared: map[string]details{}}
	for _, language := range []string{Vietnamese, English} {
		var d details
		if err := read("details/"+language+".json", &d); err != nil {
			return nil, err
		}
		l.shared[language] = d
	}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	for _, name := range names {
		var c category
		if err := read(name, &c); err != nil {
			return nil, err
		}
		if c.Category+".json" != name || len(c.Vietnamese) == 0 {
			return nil, fmt.Errorf("stories %s: holds category %q with %d stories", name, c.Category, len(c.Vietnamese))
		}
		l.categories[c.Category] = c
	}
	return l, nil
}

// Categories lists the codes of the categories that have stories, sorted.
func (l *Library) Categories() []string {
	out := make([]string, 0, len(l.categories))
	for code := range l.categories {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// templates returns the stories of a category in a language; a category that
// nobody wrote stories for gets those of "other".
func (l *Library) templates(code, language string) (category, []template) {
	c, ok := l.categories[code]
	if !ok {
		c = l.categories["other"]
	}
	if language == English && len(c.English) > 0 {
		return c, c.English
	}
	return c, c.Vietnamese
}

func read(name string, into any) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read stories: %w", err)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("stories %s: %w", name, err)
	}
	return nil
}
