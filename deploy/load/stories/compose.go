package stories

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Request says what is to be told.
type Request struct {
	Category string    // code
	Language string    // Vietnamese or English
	Urban    bool      // in a town: quarters and lanes rather than hamlets and dykes
	Turn     int       // which template to take: turns go round, so that all are used
	Now      time.Time // when the resident writes
}

// Story is a finished narrative.
type Story struct {
	Text       string
	Language   string
	When       When
	OccurredAt time.Time // zero unless When is Past
}

// slot is a placeholder: a name, and a number if the text wants several
// values of one kind.
var slot = regexp.MustCompile(`\{([A-Za-z]+)([0-9]?)\}`)

// Compose tells a story. The same request with the same random numbers gives
// the same story. An error means that a template has a slot without details.
func (l *Library) Compose(r Request, rng *rand.Rand) (Story, error) {
	c, templates := l.templates(r.Category, r.Language)
	t := templates[r.Turn%len(templates)]
	s := Story{When: t.When, Language: Vietnamese}
	own := c.Details
	if r.Language == English && len(c.English) > 0 {
		s.Language, own = English, nil // a category's own details are Vietnamese
	}
	f := filler{rng: rng, urban: r.Urban, own: own, shared: l.shared[s.Language], chosen: map[string]string{}}
	if t.When == Past {
		s.OccurredAt = pickMoment(rng, t.Hours, r.Now.Add(-time.Duration(t.Age)*time.Hour))
		f.chosen["time"] = phrase(s.Language, s.OccurredAt, r.Now)
	}
	text := slot.ReplaceAllStringFunc(t.Text, f.fill)
	if f.err != nil {
		return Story{}, fmt.Errorf("story of %s: %w", r.Category, f.err)
	}
	if t.Style == "ascii" {
		text = withoutDiacritics(text)
	}
	s.Text = norm.NFC.String(text)
	return s, nil
}

// filler fills the slots of one story. A slot keeps its value throughout.
type filler struct {
	rng         *rand.Rand
	urban       bool
	own, shared details
	chosen      map[string]string
	err         error
}

func (f *filler) fill(placeholder string) string {
	m := slot.FindStringSubmatch(placeholder)
	name, number := strings.ToLower(m[1]), m[2]
	value, ok := f.chosen[name+number]
	if !ok {
		if value = f.choose(name); value == "" {
			return placeholder
		}
		f.chosen[name+number] = value
	}
	if unicode.IsUpper(rune(m[1][0])) {
		first, size := utf8.DecodeRuneInString(value)
		return string(unicode.ToUpper(first)) + value[size:]
	}
	return value
}

// choose takes a value that no other slot of the story has.
func (f *filler) choose(name string) string {
	if name == "phone" && f.own[name] == nil {
		return Phone(f.rng)
	}
	values := f.own[name]
	if values == nil {
		values = f.shared[name]
	}
	if values == nil {
		values = f.shared[name+map[bool]string{true: "@urban", false: "@rural"}[f.urban]]
	}
	taken := func(v string) bool {
		for slot, chosen := range f.chosen {
			if chosen == v && strings.TrimRight(slot, "0123456789") == name {
				return true
			}
		}
		return false
	}
	free := slices.DeleteFunc(slices.Clone(values), taken)
	if len(free) == 0 {
		f.err = fmt.Errorf("no details for {%s}", name)
		return ""
	}
	return free[f.rng.IntN(len(free))]
}

// Phone invents a telephone number, from 0900 000 000 upwards.
func Phone(rng *rand.Rand) string { return fmt.Sprintf("0900 000 %03d", rng.IntN(1000)) }

// withoutDiacritics writes Vietnamese as people do who type no accents. The
// letters đ and Đ do not decompose and are mapped by hand.
func withoutDiacritics(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
