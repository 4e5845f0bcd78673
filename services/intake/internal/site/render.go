package site

import (
	"bytes"
	"html/template"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/jurisdiction"
)

// policy lets a page load from this site alone, and run no inline script.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// permissions leaves of the device's abilities only the position, which the
// resident is asked for.
const permissions = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"

// pages are the templates beside the layout.
var pages = [...]string{"start", "form", "check", "confirmation", "track", "privacy", "problem"}

// frame is what surrounds every page.
type frame struct {
	Lang    string
	Page    Page
	Title   string
	Keep    *keep       // nil: the language is changed by a link
	Errors  []pageError // shown in a summary, each linking to its field
	Notice  string      // shown first
	Scripts []string
	Body    any
}

// keep changes the language by sending a form, so that nothing typed is lost.
type keep struct {
	Form     string // id of the form
	Step     string // what the other page is asked to do with it
	Implicit string // what the Enter key does in the form, if it has text fields
}

type pageError struct{ Anchor, Text string }

// Other is the address of the same page in the other language.
func (f frame) Other() string { return Paths(other(f.Lang))[f.Page] }

func other(lang string) string {
	if lang == "en" {
		return "vi"
	}
	return "en"
}

// templates are parsed once per language and page.
type templates map[string]map[string]*template.Template

func (s *Site) parse() (templates, error) {
	all := templates{}
	for _, lang := range catalogue.Languages {
		all[lang] = map[string]*template.Template{}
		for _, page := range pages {
			t, err := template.New(page).Option("missingkey=zero").Funcs(s.functions(lang)).
				ParseFS(s.Files, "templates/layout.html", "templates/"+page+".html")
			if err != nil {
				return nil, err
			}
			all[lang][page] = t
		}
	}
	return all, nil
}

// functions are what templates can call: everything that depends on the
// language or on where files lie.
func (s *Site) functions(lang string) template.FuncMap {
	paths := Paths(lang)
	return template.FuncMap{
		"t":     func(key string, pairs ...string) string { return s.Texts.Text(lang, key, pairs...) },
		"in":    func(t jurisdiction.Text) string { return t.In(lang) },
		"path":  func(page string) string { return paths[Page(page)] },
		"asset": s.assets.address,
		"when":  func(t time.Time) string { return s.when(lang, t) },
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"field": func(id, text string) struct{ ID, Text string } { return struct{ ID, Text string }{id, text} },
	}
}

// when writes a time as people read it, in the time zone they live in. The zero
// time is one that is not known.
func (s *Site) when(lang string, t time.Time) string {
	if t.IsZero() {
		return s.Texts.Text(lang, "track.unknown")
	}
	return t.In(s.Jurisdiction.Location()).Format(s.Texts.Text(lang, "time.layout"))
}

// show answers with a page. It is rendered in full first, so that a fault in a
// template cannot leave half of it.
func (s *Site) show(c *gin.Context, status int, page string, f frame) {
	var b bytes.Buffer
	if err := s.templates[f.Lang][page].ExecuteTemplate(&b, "layout", f); err != nil {
		_ = c.Error(err)
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Header("Content-Security-Policy", policy)
	c.Header("Permissions-Policy", permissions)
	c.Header("Content-Language", f.Lang)
	write(c, status, "text/html; charset=utf-8", b.Bytes(), page != "confirmation" && page != "track")
}
