package site

import (
	"strconv"

	"github.com/phananh/portal/services/intake/internal/input"
)

// rows are the answers as the resident checks them, in the form's order.
func (s *Site) rows(lang string, in input.Submission) []row {
	category, _ := s.Jurisdiction.Category(in.Category)
	answer := func(key, anchor string, lines ...string) row {
		var filled []string
		for _, l := range lines {
			if l != "" {
				filled = append(filled, l)
			}
		}
		return row{Label: s.Texts.Text(lang, "check."+key), Anchor: anchor, Lines: filled}
	}
	return []row{
		answer("category", "category", category.Name.In(lang)),
		answer("narrative", "narrative", in.Narrative),
		answer("place", "place", s.placeLines(lang, in.Place)...),
		answer("when", "when", s.whenLine(lang, in)),
		answer("contact", "contact", s.contactLines(lang, in.Contact)...),
	}
}

func (s *Site) placeLines(lang string, p input.Place) []string {
	lines := []string{p.Address}
	districtCode := p.District
	var area string
	if commune, ok := s.Jurisdiction.Commune(p.Commune); ok {
		area = commune.Name.In(lang) + s.Texts.Text(lang, "list.separator")
		districtCode = commune.District
	}
	if d, ok := s.Jurisdiction.District(districtCode); ok {
		lines = append(lines, area+d.Name.In(lang))
	}
	if p.Point != nil {
		text := s.Texts.Text(lang, "check.point_bare")
		if a := p.Point.AccuracyM; a != nil {
			text = s.Texts.Text(lang, "check.point", "n", strconv.FormatFloat(*a, 'f', 0, 64))
		}
		lines = append(lines, text)
	}
	if p.Unknown {
		lines = append(lines, s.Texts.Text(lang, "check.unknown_place"))
	}
	return lines
}

func (s *Site) whenLine(lang string, in input.Submission) string {
	switch at := in.Report().OccurredAt; {
	case in.Ongoing:
		return s.Texts.Text(lang, "form.ongoing")
	case !at.IsZero():
		return s.when(lang, at)
	}
	return s.Texts.Text(lang, "check.unknown_when")
}

func (s *Site) contactLines(lang string, c input.Contact) []string {
	if c == (input.Contact{}) {
		return []string{s.Texts.Text(lang, "form.anonymous")}
	}
	return []string{c.Name, c.Phone, c.Email}
}
