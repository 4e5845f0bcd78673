package api

import (
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/jurisdiction"
)

// decode reads a body that must be exactly one JSON object made for v.
func decode(c *gin.Context, v any) error {
	if err := httpd.MediaType(c.Request, "application/json"); err != nil {
		return err
	}
	return httpd.JSON(c.Request.Body, v)
}

// query reads parameters from an address and gathers what is wrong with them.
type query struct {
	c     *gin.Context
	wrong []httpd.Field
}

func (q *query) err() error {
	if len(q.wrong) > 0 {
		return httpd.Invalid(q.wrong...)
	}
	return nil
}

// one reads a parameter that is one of some values, the first by default.
func (q *query) one(name string, values ...string) string {
	v := q.c.Query(name)
	if v == "" {
		return values[0]
	}
	if !slices.Contains(values, v) {
		q.wrong = append(q.wrong, httpd.Field{Name: name, Code: "unknown_value"})
	}
	return v
}

func (q *query) flag(name string) bool { return q.one(name, "false", "true") == "true" }

// category refuses a category that does not exist.
func (q *query) category(j *jurisdiction.Jurisdiction) {
	if code := q.c.Query("category"); code != "" {
		if _, known := j.Category(code); !known {
			q.wrong = append(q.wrong, httpd.Field{Name: "category", Code: "unknown_value"})
		}
	}
}

const (
	defaultLimit = 50
	maxLimit     = 200
)

func (q *query) limit() int {
	v := q.c.Query("limit")
	if v == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxLimit {
		q.wrong = append(q.wrong, httpd.Field{Name: "limit", Code: "out_of_range", Pairs: []string{"min", "1", "max", strconv.Itoa(maxLimit)}})
	}
	return n
}
