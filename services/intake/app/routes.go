package app

import (
	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
	"github.com/phananh/portal/services/intake/internal/api"
	"github.com/phananh/portal/services/intake/internal/site"
)

// routes lists all routes with who may use them. Residents have no accounts:
// what belongs to one of them is opened by the receipt, and by nothing else.
// /livez and /readyz are open to anybody as well.
func routes(e *gin.Engine, a *api.API, s *site.Site) {
	e.POST("/api/v1/reports", a.Report)           // anybody
	e.POST("/api/v1/track", a.Track)              // who has the receipt
	e.POST("/api/v1/track/messages", a.Answer)    // who has the receipt
	e.GET("/api/v1/categories", a.Categories)     // anybody
	e.GET("/api/v1/jurisdiction", a.Jurisdiction) // anybody
	e.GET("/openapi.json", a.OpenAPI)             // anybody
	e.GET("/static/:name", s.Static)              // anybody
	for _, lang := range catalogue.Languages {
		at, own := site.Paths(lang), s.SameOrigin(lang)
		e.GET(at[site.Start], s.Plain(lang, site.Start))     // anybody
		e.GET(at[site.Privacy], s.Plain(lang, site.Privacy)) // anybody
		e.GET(at[site.Report], s.EmptyForm(lang))            // anybody
		e.POST(at[site.Report], own, s.Submit(lang))         // anybody, from this site; the confirmation once more: who has the receipt
		e.GET(at[site.Track], s.EmptyLookup(lang))           // anybody
		e.POST(at[site.Track], own, s.Lookup(lang))          // who has the receipt, from this site
	}
}
