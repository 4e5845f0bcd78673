package app_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
)

// contract holds requests and answers to the document that the service serves.
type contract struct{ v validator.Validator }

func newContract(t testing.TB, document string) contract {
	t.Helper()
	doc, err := libopenapi.NewDocument([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return contract{v}
}

// holds checks an answer, and the request too if it was one that the service
// accepted.
func (c contract) holds(t testing.TB, a answer, sent string) {
	t.Helper()
	req := a.Request.Clone(t.Context())
	rewind := func() { req.Body = io.NopCloser(strings.NewReader(sent)) }
	rewind()
	if a.StatusCode < 300 {
		if ok, errs := c.v.ValidateHttpRequestSync(req); !ok {
			t.Errorf("accepted, but not by the document: %s\n%s", faults(errs), sent)
		}
		rewind()
	}
	resp := *a.Response
	resp.Body = io.NopCloser(bytes.NewReader([]byte(a.body)))
	if ok, errs := c.v.ValidateHttpResponse(req, &resp); !ok {
		t.Errorf("answer is not by the document: %s\n%s", faults(errs), a.body)
	}
}

func faults(errs []*errors.ValidationError) string {
	var b strings.Builder
	for _, e := range errs {
		b.WriteString(e.Error() + "\n")
		for _, s := range e.SchemaValidationErrors {
			b.WriteString("  " + s.Error() + "\n")
		}
	}
	return b.String()
}

func TestTheDocumentIsValidOpenAPI(t *testing.T) {
	t.Parallel()
	s := startOn(t, "mongodb://127.0.0.1:1/")
	c := newContract(t, s.send(t, http.MethodGet, "/openapi.json", "").expect(t, http.StatusOK).body)
	if ok, errs := c.v.ValidateDocument(); !ok {
		t.Error(faults(errs))
	}
}
