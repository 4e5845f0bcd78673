package api

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

// description is written by hand; a test holds it against the routes.
//
//go:embed openapi.json
var description []byte

// openAPI answers with the description of this API.
func (a *API) openAPI(c *gin.Context) { c.Data(http.StatusOK, "application/json", description) }
