package httpd

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// BodyField names the body as a whole where no single field is at fault.
const BodyField = "body"

// MediaType checks that a request declares a body of the type wanted, and
// sends it as it is: nothing here unpacks a compressed body. The error is an
// *Problem.
func MediaType(r *http.Request, want string) error {
	got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || got != want || r.Header.Get("Content-Encoding") != "" {
		return &Problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type"}
	}
	return nil
}

// JSON reads a body that must be exactly one JSON value made for v: no unknown
// field, none twice, no other type, nothing behind it, and UTF-8 throughout.
// The error is a *Problem.
func JSON(body io.Reader, v any) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return Unread(err)
	}
	if !utf8.Valid(raw) { // the decoder would replace the broken bytes silently
		return malformed("broken_text", nil)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return undecoded(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return malformed("trailing_data", nil)
	}
	if hasDuplicate(raw) { // all names are fields of v by now: they are few
		return malformed("duplicate_name", nil)
	}
	return nil
}

// Unread is the problem of a body that could not be read to its end.
func Unread(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return &Problem{Status: http.StatusRequestEntityTooLarge, Code: "too_large"}
	}
	return malformed("incomplete", err)
}

func undecoded(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return Invalid(Field{Name: BodyField, Code: "wrong_type"})
		}
		return Invalid(Field{Name: wrong.Field, Code: "wrong_type"})
	}
	// encoding/json has no type for this error, only a text.
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, e := strconv.Unquote(quoted)
		if e != nil || len(name) > 64 {
			name = BodyField
		}
		return Invalid(Field{Name: name, Code: "unknown_field"})
	}
	return malformed("not_json", nil)
}

func malformed(code string, cause error) error {
	return &Problem{
		Status: http.StatusBadRequest, Code: "malformed",
		Fields: []Field{{Name: BodyField, Code: code}}, Cause: cause,
	}
}

// Invalid is the problem of fields that can be read and cannot be accepted.
func Invalid(fields ...Field) error {
	return &Problem{Status: http.StatusUnprocessableEntity, Code: "invalid", Fields: fields}
}
