package api

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed openapi.json
var document []byte

// Document returns the API's OpenAPI 3.1 document.
func Document() []byte { return document }

// OpenAPI serves the API's description.
func (a *API) OpenAPI(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "application/json; charset=utf-8", document)
}
