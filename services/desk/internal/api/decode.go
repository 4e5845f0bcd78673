package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/httpd"
)

// decode reads a body that must be exactly one JSON object made for v.
func decode(c *gin.Context, v any) error {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" || c.GetHeader("Content-Encoding") != "" {
		return &httpd.Problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type"}
	}
	raw, err := io.ReadAll(c.Request.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return &httpd.Problem{Status: http.StatusRequestEntityTooLarge, Code: "too_large"}
	}
	if err != nil {
		return malformed("not_json", err)
	}
	if !utf8.Valid(raw) { // the decoder would replace the broken bytes silently
		return malformed("broken_text", nil)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return undecoded(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return malformed("not_json", err)
	}
	return nil
}

func undecoded(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return invalid(httpd.Field{Name: fieldOr(wrong.Field), Code: "wrong_type"})
	}
	// encoding/json has no type for this error, only a text.
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(quoted)
		return invalid(httpd.Field{Name: fieldOr(name), Code: "unknown_field"})
	}
	return malformed("not_json", nil)
}

// fieldOr is the name of a field, or of the body where there is none.
func fieldOr(name string) string {
	if name == "" || len(name) > 64 {
		return "body"
	}
	return name
}

func malformed(code string, cause error) error {
	return &httpd.Problem{
		Status: http.StatusBadRequest, Code: "malformed",
		Fields: []httpd.Field{{Name: "body", Code: code}}, Cause: cause,
	}
}

func invalid(fields ...httpd.Field) error {
	return &httpd.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid", Fields: fields}
}

// query reads parameters from an address and gathers what is wrong with them.
type query struct {
	c     *gin.Context
	wrong []httpd.Field
}

func (q *query) err() error {
	if len(q.wrong) > 0 {
		return invalid(q.wrong...)
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
