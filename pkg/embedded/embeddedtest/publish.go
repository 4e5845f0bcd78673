package embeddedtest

import (
	"testing"

	"github.com/nats-io/nats.go"
)

// Publish plays whoever else may write to the stream.
func (e Engines) Publish(t testing.TB, subject string, data []byte) {
	t.Helper()
	conn, err := nats.Connect(e.NATS)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Request(subject, data, nats.DefaultTimeout); err != nil { // the stream's acknowledgement
		t.Fatal(err)
	}
}
