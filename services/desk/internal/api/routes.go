package api

import (
	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/account"
)

// Register adds the routes. The access rule of each stands on its line; which
// units' cases an account may see and act on is decided by policy alone.
func (a *API) Register(e *gin.Engine) {
	e.GET("/openapi.json", a.openAPI) // anybody

	e.GET("/api/v1/events", a.as(staff, a.events)) // officer: own unit; supervisor: units beneath

	v1 := e.Group("/api/v1", inTime)
	v1.POST("/session", a.beginSession)                    // anybody
	v1.GET("/session", a.as(everybody, a.showSession))     // whoever is logged in
	v1.DELETE("/session", a.as(everybody, a.endSession))   // whoever is logged in
	v1.GET("/catalogue", a.as(everybody, a.showCatalogue)) // whoever is logged in

	v1.GET("/queue", a.as(staff, a.showQueue))                  // officer: own unit; supervisor: units beneath
	v1.GET("/queues", a.as(staff, a.listQueues))                // officer: own unit; supervisor: units beneath
	v1.GET("/cases/:number", a.as(staff, a.showCase))           // officer: own unit; supervisor: units beneath; else 404
	v1.POST("/cases/:number/actions", a.as(staff, a.act))       // as above
	v1.GET("/figures", a.as(supervisors, a.showFigures))        // supervisor: units beneath
	v1.GET("/figures/cases", a.as(supervisors, a.figureCases))  // supervisor: units beneath
	v1.GET("/board", a.as(overseers, a.showBoard))              // admin; supervisor at the top
	v1.GET("/users", a.as(admins, a.listUsers))                 // admin
	v1.POST("/users", a.as(admins, a.addUser))                  // admin
	v1.POST("/users/:username/actions", a.as(admins, a.onUser)) // admin
}

// The accounts that a route is for.
var (
	everybody   = []account.Role{account.Officer, account.Supervisor, account.Admin}
	staff       = []account.Role{account.Officer, account.Supervisor}
	supervisors = []account.Role{account.Supervisor}
	overseers   = []account.Role{account.Supervisor, account.Admin}
	admins      = []account.Role{account.Admin}
)
