package embedded

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
)

// form is what the engine writes in front of a document, under "$s": the type
// of each field and their order. Without it, or where the two disagree, the
// engine cannot read the document, nor any other in the same reading.
type form struct {
	Properties map[string]*formOf `json:"p"`
	Keys       []string           `json:"$k"`
}

// formOf is the form of one value.
type formOf struct {
	Type    string    `json:"t"`
	Form    *form     `json:"$s"` // of an object
	Items   []*formOf `json:"i"`  // of an array
	Options *string   `json:"o"`  // of a regular expression
	Subtype *byte     `json:"s"`  // of binary data
}

// forms remembers forms by their text: thousands of documents share one, and
// it costs more to read than they do.
type forms map[string]*form

const maxForms = 1000 // that are remembered

// readable says whether the engine can read what it stored as this text. It
// follows FerretDB's internal/handler/sjson, which cannot be imported.
func (known forms) readable(text []byte) bool {
	var doc map[string]json.RawMessage
	if json.Unmarshal(text, &doc) != nil {
		return false
	}
	f := known.form(doc["$s"])
	delete(doc, "$s")
	_, identified := doc["_id"]
	return f != nil && identified && f.fits(doc)
}

// form reads a form; it returns nil for one that cannot be read.
func (known forms) form(text json.RawMessage) *form {
	if f, ok := known[string(text)]; ok {
		return f
	}
	var f *form
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if dec.Decode(&f) != nil {
		return nil
	}
	if len(known) < maxForms {
		known[string(text)] = f
	}
	return f
}

func (f *form) fits(doc map[string]json.RawMessage) bool {
	if len(f.Keys) != len(doc) {
		return false
	}
	for _, key := range f.Keys {
		if value, ok := doc[key]; !ok || !f.Properties[key].fits(value) {
			return false
		}
	}
	return true
}

func (f *formOf) fits(value json.RawMessage) bool {
	if string(value) == "null" {
		return true
	}
	if f == nil {
		return false
	}
	switch f.Type {
	case "object":
		var doc map[string]json.RawMessage
		return f.Form != nil && decodes(value, &doc) && f.Form.fits(doc)
	case "array":
		return f.fitsItems(value)
	case "string":
		return decodes(value, new(string))
	case "regex":
		return f.Options != nil && decodes(value, new(string))
	case "binData":
		return f.Subtype != nil && decodes(value, new([]byte))
	case "objectId":
		var s string
		b, err := []byte(nil), error(nil)
		if decodes(value, &s) {
			b, err = hex.DecodeString(s)
		}
		return err == nil && len(b) == 12
	case "bool":
		return decodes(value, new(bool))
	case "double":
		return decodes(value, new(float64))
	case "int":
		return decodes(value, new(int32))
	case "long", "date":
		return decodes(value, new(int64))
	case "timestamp":
		return decodes(value, new(uint64))
	}
	return false
}

func (f *formOf) fitsItems(value json.RawMessage) bool {
	var items []json.RawMessage
	if f.Items == nil || !decodes(value, &items) || len(items) != len(f.Items) {
		return false
	}
	for i, item := range items {
		if !f.Items[i].fits(item) {
			return false
		}
	}
	return true
}

func decodes(value json.RawMessage, into any) bool { return json.Unmarshal(value, into) == nil }
