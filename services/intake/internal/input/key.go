package input

import (
	"net/http"

	"github.com/phananh/portal/pkg/httpd"
)

// KeyHeader names the header with the client's key for one submission.
const KeyHeader = "Idempotency-Key"

// The length of a key in characters.
const (
	minKey = 16
	maxKey = 64
)

// ValidKey says that a text can be a client's key: 16 to 64 visible ASCII
// characters.
func ValidKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return len(key) >= minKey && len(key) <= maxKey
}

// Key reads the client's key from a request. An absent key is an error only if
// it is required. The error is an *httpd.Problem.
func Key(r *http.Request, required bool) (string, error) {
	values := r.Header.Values(KeyHeader)
	if len(values) == 0 && !required {
		return "", nil
	}
	code := "bad_key"
	switch {
	case len(values) == 0:
		code = "required"
	case len(values) == 1 && ValidKey(values[0]):
		return values[0], nil
	}
	return "", &httpd.Problem{
		Status: http.StatusBadRequest, Code: "bad_key",
		Fields: []httpd.Field{{Name: KeyHeader, Code: code}},
	}
}
