package input

import (
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/plaintext"
	"github.com/phananh/portal/pkg/report"
)

// Lookup asks, on the wire, how a case stands.
type Lookup struct {
	Receipt string `json:"receipt" validate:"required,receipt"`
}

// Message is what a resident writes to the police about a case, on the wire.
type Message struct {
	Receipt string `json:"receipt" validate:"required,receipt"`
	Text    string `json:"text" validate:"required,text,max=2000"`
}

// Normalised returns the message in the form in which it is checked and stored.
func (m Message) Normalised() Message {
	m.Text = plaintext.Prose(m.Text)
	return m
}

// Receipt reads a receipt that was checked.
func Receipt(s string) (report.Receipt, error) {
	r, err := report.ParseReceipt(s)
	if err != nil {
		return report.Receipt{}, httpd.Invalid(httpd.Field{Name: "receipt", Code: "bad_receipt"})
	}
	return r, nil
}
