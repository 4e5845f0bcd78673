package stories

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var now = time.Date(2026, 11, 23, 10, 20, 0, 0, time.UTC)

func library(t *testing.T) *Library {
	t.Helper()
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryTemplateYieldsAValidNarrative(t *testing.T) {
	l := library(t)
	markup := regexp.MustCompile(`[{}<>]`)
	for _, code := range l.Categories() {
		for _, language := range []string{Vietnamese, English} {
			_, templates := l.templates(code, language)
			for turn, template := range templates {
				for seed := range uint64(60) {
					rng := rand.New(rand.NewPCG(seed, 1))
					s, err := l.Compose(Request{Category: code, Language: language, Urban: seed%2 == 0, Turn: turn, Now: now}, rng)
					if err != nil {
						t.Fatal(err)
					}
					n := utf8.RuneCountInString(s.Text)
					switch {
					case n < 80 || n > 700:
						t.Errorf("%s/%s %d: %d characters: %s", code, language, turn, n, s.Text)
					case markup.MatchString(s.Text):
						t.Errorf("%s/%s %d: placeholder or markup left: %s", code, language, turn, s.Text)
					case !utf8.ValidString(s.Text) || !norm.NFC.IsNormalString(s.Text):
						t.Errorf("%s/%s %d: not NFC: %s", code, language, turn, s.Text)
					case strings.Contains(s.Text, "  ") || strings.TrimSpace(s.Text) != s.Text:
						t.Errorf("%s/%s %d: stray blanks: %q", code, language, turn, s.Text)
					case s.Language != language || s.When != template.When:
						t.Errorf("%s/%s %d: is %s, %s", code, language, turn, s.Language, s.When)
					case (s.When == Past) == s.OccurredAt.IsZero() || s.OccurredAt.After(now):
						t.Errorf("%s/%s %d: %s at %s", code, language, turn, s.When, s.OccurredAt)
					case (s.When == Past) != strings.Contains(strings.ToLower(template.Text), "{time}"):
						t.Errorf("%s/%s %d: a story of the past, and only that, names the time", code, language, turn)
					case template.Style == "ascii" && len(s.Text) != n:
						t.Errorf("%s/%s %d: diacritics left: %s", code, language, turn, s.Text)
					}
				}
			}
		}
	}
}

func TestEveryCategoryHasSixStoriesAndOneInEnglish(t *testing.T) {
	l := library(t)
	if n := len(l.Categories()); n != 16 {
		t.Errorf("%d categories", n)
	}
	for code, c := range l.categories {
		if len(c.Vietnamese) < 6 || len(c.English) < 1 {
			t.Errorf("%s has %d Vietnamese and %d English stories", code, len(c.Vietnamese), len(c.English))
		}
	}
}

func TestSameSeedTellsTheSameStory(t *testing.T) {
	l := library(t)
	tell := func() Story {
		s, err := l.Compose(Request{Category: "theft", Language: Vietnamese, Now: now}, rand.New(rand.NewPCG(7, 7)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if a, b := tell(), tell(); a.Text != b.Text || !a.OccurredAt.Equal(b.OccurredAt) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestCategoryWithoutStoriesOfItsOwnBorrowsThem(t *testing.T) {
	s, err := library(t).Compose(Request{Category: "new_one", Language: Vietnamese, Now: now}, rand.New(rand.NewPCG(1, 1)))
	if err != nil || s.Text == "" {
		t.Fatalf("%q, %v", s.Text, err)
	}
}

func TestTimesAreWordedAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct{ language, at, want string }{
		{Vietnamese, "2026-11-23T02:30", "2 giờ rưỡi sáng nay"},
		{Vietnamese, "2026-11-23T12:00", "12 giờ trưa nay"},
		{Vietnamese, "2026-11-22T21:00", "9 giờ tối qua"},
		{Vietnamese, "2026-11-22T23:00", "11 giờ đêm qua"},
		{Vietnamese, "2026-11-22T15:00", "3 giờ chiều hôm qua"},
		{Vietnamese, "2026-11-20T07:00", "7 giờ sáng ngày 20/11"},
		{English, "2026-11-23T02:30", "2.30 a.m. today"},
		{English, "2026-11-22T21:00", "9 p.m. yesterday"},
		{English, "2026-11-20T12:00", "12 p.m. on 20 November"},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", c.at, zone())
		if err != nil {
			t.Fatal(err)
		}
		if got := phrase(c.language, at, now); got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.language, c.at, got, c.want)
		}
	}
}
