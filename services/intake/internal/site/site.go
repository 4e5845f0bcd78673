// Package site is the public site: pages rendered on the server that work
// without script, keep nothing between requests, and say the same in
// Vietnamese and in English.
package site

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/services/intake/internal/counter"
	"github.com/phananh/portal/services/intake/internal/input"
)

// Page names a page whatever its language.
type Page string

// The pages that have an address.
const (
	Start   Page = "start"
	Report  Page = "report"
	Track   Page = "track"
	Privacy Page = "privacy"
)

// Paths are the addresses of the pages by language.
func Paths(lang string) map[Page]string {
	if lang == "en" {
		return map[Page]string{Start: "/en", Report: "/en/report", Track: "/en/track", Privacy: "/en/privacy"}
	}
	return map[Page]string{Start: "/", Report: "/gui-phan-anh", Track: "/theo-doi", Privacy: "/quyen-rieng-tu"}
}

// Config of a Site. Everything is required.
type Config struct {
	Counter      *counter.Counter
	Checker      *input.Checker
	Texts        *catalogue.Catalogue
	Jurisdiction *jurisdiction.Jurisdiction
	Files        fs.FS // the folders templates and static
}

// Site holds the pages' handlers. Each is made for one language.
type Site struct {
	Config
	assets    assets
	templates templates
	places    []district
	protect   *http.CrossOriginProtection
}

// New makes a Site; it refuses templates that do not parse.
func New(cfg Config) (*Site, error) {
	s := &Site{Config: cfg, protect: http.NewCrossOriginProtection(), places: districts(cfg.Jurisdiction)}
	var err error
	if s.assets, err = loadAssets(cfg.Files); err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	if s.templates, err = s.parse(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return s, nil
}

// Plain shows a page that consists of texts only.
func (s *Site) Plain(lang string, page Page) gin.HandlerFunc {
	return func(c *gin.Context) {
		s.show(c, http.StatusOK, string(page), frame{Lang: lang, Page: page, Title: s.Texts.Text(lang, string(page)+".title")})
	}
}

// SameOrigin refuses forms that another site sends in a resident's name.
func (s *Site) SameOrigin(lang string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := s.protect.Check(c.Request); err != nil {
			s.fail(c, lang, &httpd.Problem{Status: http.StatusForbidden, Code: "cross_origin"})
		}
	}
}

// NotFound is the page for addresses that do not exist.
func (s *Site) NotFound(c *gin.Context) {
	s.fail(c, languageOf(c), &httpd.Problem{Status: http.StatusNotFound, Code: "not_found"})
}

// MethodNotAllowed is the page for addresses that know other methods.
func (s *Site) MethodNotAllowed(c *gin.Context) {
	s.fail(c, languageOf(c), &httpd.Problem{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed"})
}

// Panicked is the page for a handler that could not.
func (s *Site) Panicked(c *gin.Context) {
	s.fail(c, languageOf(c), &httpd.Problem{Status: http.StatusInternalServerError, Code: "internal"})
}

// Busy is the page for when too many requests are in work.
func (s *Site) Busy(c *gin.Context) { s.fail(c, languageOf(c), httpd.Busy()) }

// fail ends a request with a page that says what is wrong.
func (s *Site) fail(c *gin.Context, lang string, err error) {
	if errors.Is(err, counter.ErrUnreadable) {
		err = &httpd.Problem{Status: http.StatusInternalServerError, Code: "unreadable", Cause: err}
	}
	p := httpd.AsProblem(err)
	if p.Cause != nil {
		_ = c.Error(p.Cause) // for the log
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	title := "problem.title"
	if p.Status == http.StatusNotFound {
		title = "problem.title_not_found"
	}
	s.show(c, p.Status, "problem", frame{
		Lang: lang, Page: Start, Title: s.Texts.Text(lang, title), Body: s.Texts.Text(lang, "problem."+p.Code),
	})
	c.Abort()
}

// languageOf guesses the language of an address that has no page.
func languageOf(c *gin.Context) string {
	if path := c.Request.URL.Path; path == "/en" || len(path) > 4 && path[:4] == "/en/" {
		return "en"
	}
	return "vi"
}
