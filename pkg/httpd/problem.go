package httpd

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/catalogue"
)

// Problem is an error with a code, a message that is safe to show, and a
// private cause that is only logged. It becomes application/problem+json
// (RFC 9457). Its text is the catalogue's "problem.<code>".
type Problem struct {
	Status     int
	Code       string
	Fields     []Field
	Members    map[string]any // further members of the document
	RetryAfter int            // seconds; 0: no header
	Cause      error
}

// Field is what is wrong with one field. Its text is the catalogue's
// "field.<code>" with {pairs} replaced.
type Field struct {
	Name  string
	Code  string
	Pairs []string
}

func (p *Problem) Error() string {
	if p.Cause != nil {
		return fmt.Sprintf("%d %s: %v", p.Status, p.Code, p.Cause)
	}
	return fmt.Sprintf("%d %s", p.Status, p.Code)
}

// Unwrap returns the private cause.
func (p *Problem) Unwrap() error { return p.Cause }

// AsProblem returns the problem in err, or an internal one that hides it.
func AsProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Status: http.StatusInternalServerError, Code: "internal", Cause: err}
}

// Fail ends the request with the problem in err, in the language asked for.
func Fail(c *gin.Context, texts *catalogue.Catalogue, err error) {
	p := AsProblem(err)
	if p.Cause != nil {
		_ = c.Error(p.Cause) // for the log
	}
	lang := catalogue.Negotiate(c.GetHeader("Accept-Language"))
	doc := map[string]any{
		"type":   "about:blank",
		"title":  http.StatusText(p.Status),
		"status": p.Status,
		"code":   p.Code,
		"detail": texts.Text(lang, "problem."+p.Code),
	}
	maps.Copy(doc, p.Members)
	if len(p.Fields) > 0 {
		list := make([]map[string]string, len(p.Fields))
		for i, f := range p.Fields {
			list[i] = map[string]string{"field": f.Name, "code": f.Code, "message": texts.Text(lang, "field."+f.Code, f.Pairs...)}
		}
		doc["errors"] = list
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	c.Header("Content-Language", lang)
	body, err := json.Marshal(doc)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Data(p.Status, "application/problem+json", body)
	c.Abort()
}
